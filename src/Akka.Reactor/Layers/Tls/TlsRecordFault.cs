namespace Akka.Reactor.Layers.Tls;

/// <summary>What is wrong with a record header.</summary>
internal enum TlsRecordFault
{
    None,

    /// <summary>Not a content type of TLS, or not one that may come first.</summary>
    ContentType,

    /// <summary>The major version is not 3, which all versions of TLS share.</summary>
    Version,

    /// <summary>Longer than any version allows.</summary>
    Length,

    /// <summary>Without payload, which no content type may be here: those that may be empty are encrypted, and longer then.</summary>
    Empty,
}
