using System;

namespace ReactorHost;

/// <summary>The reason why the program cannot start, in one line for its user.</summary>
internal sealed class HostException(string message, Exception? innerException = null)
    : Exception(message, innerException);
