namespace Akka.Reactor.Layers.Tls;

/// <summary>The error in a record header.</summary>
internal enum TlsRecordFault
{
    None,

    /// <summary>The content type is not one of TLS.</summary>
    ContentType,

    /// <summary>The major version is not 3, which all versions of TLS share.</summary>
    Version,

    /// <summary>The record is longer than any version of TLS allows.</summary>
    Length,

    /// <summary>
    /// The record has no payload. No record may be empty here: the content types that may be empty are encrypted, and
    /// encryption makes them longer.
    /// </summary>
    Empty,
}
