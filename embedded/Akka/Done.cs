namespace Akka;

/// <summary>The result of an operation that has finished and has nothing else to say.</summary>
public sealed class Done
{
    public static readonly Done Instance = new();

    private Done() { }
}
