using System.IO;

namespace ReactorHost;

/// <summary>
/// Where the certificate and the mail are kept: <c>data</c> in this sample's source folder when the program was built
/// and runs inside the repository (git ignores it), and <c>data</c> beside the program where it is deployed.
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
