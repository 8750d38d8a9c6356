using System.Runtime.InteropServices;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling.Windows;

/// <summary>
/// Windows's error numbers of sockets, with the fault and the text for each. The texts are our own: the system's texts
/// are in the language of the installation, end with a line break, and are missing on systems without message tables.
/// </summary>
internal static class WinsockErrors
{
    internal const int WSAEWOULDBLOCK = 10035;
    internal const int WSAENOPROTOOPT = 10042;
    internal const int WSAECONNRESET = 10054;
    internal const int WSAENOTCONN = 10057;

    /// <summary>Returns the fault that an error number means.</summary>
    internal static SocketFault ToFault(int error) => Find(error).Fault;

    /// <summary>Returns the text for an error number.</summary>
    internal static string Describe(int error) => Find(error).Words;

    /// <summary>Returns the exception for the last P/Invoke of this thread, which has failed.</summary>
    internal static SocketFaultException LastFault(string operation) => Fault(operation, Marshal.GetLastPInvokeError());

    internal static SocketFaultException Fault(string operation, int error)
    {
        (SocketFault fault, string words) = Find(error);
        return new SocketFaultException(operation, fault, error, words);
    }

    /// <summary>Returns the exception for a call that has failed with this NTSTATUS.</summary>
    internal static SocketFaultException StatusFault(string operation, int status) =>
        Fault(operation, AfdNative.RtlNtStatusToDosError(status));

    // All error numbers of winsock2.h except those of the name service, and the errors of calls on handles and ports.
    private static (SocketFault Fault, string Words) Find(int error) =>
        error switch
        {
            0 => (SocketFault.None, "No error"),
            5 => (SocketFault.AccessDenied, "Access is denied"),
            6 => (SocketFault.Other, "Invalid handle"),
            8 or 14 => (SocketFault.OutOfResources, "Not enough memory"),
            87 => (SocketFault.Other, "Invalid parameter"),
            121 => (SocketFault.TimedOut, "The semaphore timeout period has expired"),
            735 => (SocketFault.Other, "The completion port was closed"),
            995 => (SocketFault.ConnectionAborted, "The operation was cancelled"),
            1225 => (SocketFault.ConnectionRefused, "Connection refused"),
            1450 => (SocketFault.OutOfResources, "Not enough system resources"),
            10004 => (SocketFault.WouldBlock, "Interrupted"),
            10009 => (SocketFault.Invalid, "Bad file handle"),
            10013 => (SocketFault.AccessDenied, "Permission denied"),
            10014 => (SocketFault.Other, "Bad address"),
            10022 => (SocketFault.Other, "Invalid argument"),
            10024 => (SocketFault.OutOfResources, "Too many open sockets"),
            WSAEWOULDBLOCK => (SocketFault.WouldBlock, "Resource temporarily unavailable"),
            10036 => (SocketFault.InProgress, "Operation now in progress"),
            10037 => (SocketFault.InProgress, "Operation already in progress"),
            10038 => (SocketFault.Invalid, "Not a socket"),
            10039 => (SocketFault.Other, "Destination address required"),
            10040 => (SocketFault.Other, "Message too long"),
            10041 => (SocketFault.Other, "Protocol wrong type for socket"),
            10042 => (SocketFault.Other, "Bad protocol option"),
            10043 => (SocketFault.Other, "Protocol not supported"),
            10044 => (SocketFault.Other, "Socket type not supported"),
            10045 => (SocketFault.Other, "Operation not supported"),
            10046 => (SocketFault.Other, "Protocol family not supported"),
            10047 => (SocketFault.AddressNotAvailable, "Address family not supported"),
            10048 => (SocketFault.AddressInUse, "Address already in use"),
            10049 => (SocketFault.AddressNotAvailable, "Address not available"),
            10050 => (SocketFault.Unreachable, "Network is down"),
            10051 => (SocketFault.Unreachable, "Network is unreachable"),
            10052 => (SocketFault.ConnectionReset, "Network dropped the connection on reset"),
            10053 => (SocketFault.ConnectionAborted, "Connection aborted by this machine"),
            WSAECONNRESET => (SocketFault.ConnectionReset, "Connection reset by peer"),
            10055 => (SocketFault.OutOfResources, "No buffer space available"),
            10056 => (SocketFault.Other, "Already connected"),
            WSAENOTCONN => (SocketFault.NotConnected, "Not connected"),

            // This is a send after this end was shut down. POSIX calls it a broken pipe, and the Unix engines report a
            // reset.
            10058 => (SocketFault.ConnectionReset, "This end was shut down for sending"),
            10059 => (SocketFault.Other, "Too many references"),
            10060 => (SocketFault.TimedOut, "Connection timed out"),
            10061 => (SocketFault.ConnectionRefused, "Connection refused"),
            10062 => (SocketFault.Other, "Too many levels of symbolic links"),
            10063 => (SocketFault.Other, "Name too long"),
            10064 => (SocketFault.Unreachable, "Host is down"),
            10065 => (SocketFault.Unreachable, "No route to host"),
            10066 => (SocketFault.Other, "Directory not empty"),
            10067 => (SocketFault.OutOfResources, "Too many processes"),
            10068 => (SocketFault.OutOfResources, "User quota exceeded"),
            10069 => (SocketFault.OutOfResources, "Disk quota exceeded"),
            10070 => (SocketFault.Other, "Stale handle"),
            10071 => (SocketFault.Other, "The item is remote"),
            10091 => (SocketFault.Unreachable, "The network subsystem is not ready"),
            10092 => (SocketFault.Other, "This version of Winsock is not supported"),
            10093 => (SocketFault.Other, "Winsock was not started"),
            10101 => (SocketFault.ConnectionReset, "The peer is shutting down"),
            10102 => (SocketFault.Other, "No more results"),
            10103 => (SocketFault.ConnectionAborted, "The call was cancelled"),
            10104 => (SocketFault.Other, "Invalid procedure table of the service provider"),
            10105 => (SocketFault.Other, "Invalid service provider"),
            10106 => (SocketFault.Other, "The service provider failed to start"),
            10107 => (SocketFault.Other, "A system call that never fails has failed"),
            10108 => (SocketFault.Other, "No such service"),
            10109 => (SocketFault.Other, "No such class"),
            10110 => (SocketFault.Other, "No more results"),
            10111 => (SocketFault.ConnectionAborted, "The call was cancelled"),
            10112 => (SocketFault.ConnectionRefused, "The query was refused"),
            _ => (SocketFault.Other, FromSystem(error)),
        };

    private static string FromSystem(int error)
    {
        string words = Marshal.GetPInvokeErrorMessage(error).Trim();
        return words.Length > 0 ? words : "Unknown error";
    }
}
