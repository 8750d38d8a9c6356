using System;

namespace ReactorHost;

/// <summary>What keeps the program from starting, in one line for the person who started it.</summary>
internal sealed class HostException(string message, Exception? innerException = null)
    : Exception(message, innerException);
