using System.IO;

namespace ReactorHost;

/// <summary>
/// Finds the folder for the certificate and the mail. For a program that was built and runs inside the repository, the
/// folder is <c>data</c> in this sample's source folder (git ignores it). For a deployed program, it is <c>data</c> in the
/// program's folder.
/// </summary>
internal static class DataFolder
{
    internal static string Find(string programFolder)
    {
        for (DirectoryInfo? folder = new(programFolder); folder is not null; folder = folder.Parent)
        {
            string sample = Path.Combine(folder.FullName, "samples", "ReactorHost");
            if (File.Exists(Path.Combine(sample, "ReactorHost.csproj")))
            {
                return Path.Combine(sample, "data");
            }
        }

        return Path.Combine(Path.GetFullPath(programFolder), "data");
    }
}
