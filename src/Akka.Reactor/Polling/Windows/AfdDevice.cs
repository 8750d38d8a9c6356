using System.Runtime.InteropServices;

namespace Akka.Reactor.Polling.Windows;

/// <summary>
/// A handle to the socket driver, whose polls complete to a port, and the native memory of these polls. A device serves
/// few sockets, because to cancel one poll the system searches all polls of the handle.
/// </summary>
/// <remarks>
/// The driver writes to a poll's memory until the poll's completion was posted. The owner of the device therefore calls
/// <see cref="Dispose"/>, which frees the memory, only after every poll's completion was taken from the port. Otherwise
/// the owner calls <see cref="Abandon"/>, which closes the handle and never frees the memory.
/// </remarks>
internal sealed unsafe class AfdDevice
{
    internal const int Polls = 64;

    private readonly nint _handle;
    private readonly Request* _requests = (Request*)NativeMemory.AllocZeroed(Polls, (nuint)sizeof(Request));

    /// <param name="port">The port to which the polls complete; it must outlive the device.</param>
    /// <param name="key">
    /// The key of the completions, by which a later engine on the same port knows that they are not its own.
    /// </param>
    /// <param name="firstIndex">The index of the first poll of this device.</param>
    internal AfdDevice(nint port, nuint key, int firstIndex)
    {
        try
        {
            _handle = Open();
            if (AfdNative.CreateIoCompletionPort(_handle, port, key, 0) == 0)
            {
                throw WinsockErrors.LastFault("CreateIoCompletionPort");
            }

            if (AfdNative.SetFileCompletionNotificationModes(_handle, AfdNative.FILE_SKIP_SET_EVENT_ON_HANDLE) == 0)
            {
                throw WinsockErrors.LastFault("SetFileCompletionNotificationModes");
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        for (int i = 0; i < Polls; i++)
        {
            _requests[i].Index = firstIndex + i;
        }
    }

    /// <summary>Returns the index of the poll to which a completion from the port belongs.</summary>
    internal static int IndexOf(nint completed) => ((Request*)completed)->Index;

    /// <summary>Starts a poll. Its completion comes through the port even if there is something to report immediately.</summary>
    /// <returns>True if the poll was started. If not, the status is the reason, and no completion comes.</returns>
    internal bool TryStart(int index, nint baseSocket, uint events, out int status)
    {
        // This object owns this memory, see the remarks. After the start only the driver uses it, until the completion
        // was taken.
        Request* request = _requests + (index % Polls);
        request->Info.Timeout = long.MaxValue;
        request->Info.Handles = 1;
        request->Info.Exclusive = 0;
        request->Info.Socket = baseSocket;
        request->Info.Events = events;
        request->Info.Status = 0;
        status = AfdNative.NtDeviceIoControlFile(
            _handle,
            0,
            0,
            request,
            &request->Status,
            AfdNative.IOCTL_AFD_POLL,
            &request->Info,
            (uint)sizeof(AfdNative.AfdPollInfo),
            &request->Info,
            (uint)sizeof(AfdNative.AfdPollInfo)
        );
        return status is AfdNative.STATUS_SUCCESS or AfdNative.STATUS_PENDING;
    }

    /// <summary>Makes a started poll complete soon. A poll that has already completed stays as it is.</summary>
    internal void Cancel(int index)
    {
        // The second status block lives on this stack frame and is written during the call only.
        AfdNative.IoStatusBlock status;
        _ = AfdNative.NtCancelIoFileEx(_handle, &_requests[index % Polls].Status, &status);
    }

    /// <summary>Returns the result of a completed poll: its status, and the events if the status is a success.</summary>
    internal (int Status, uint Events) Result(int index)
    {
        Request* request = _requests + (index % Polls);
        int status = request->Status.Status;

        // In a cancelled poll, Events still contains the requested events.
        bool found = status == AfdNative.STATUS_SUCCESS && request->Info.Handles > 0;
        return (status, found ? request->Info.Events : 0);
    }

    /// <summary>Closes the handle and frees the memory. No completion may be outstanding.</summary>
    internal void Dispose()
    {
        Abandon();
        NativeMemory.Free(_requests);
    }

    /// <summary>Closes the handle only, because the driver may still write to the memory.</summary>
    internal void Abandon()
    {
        if (_handle != 0)
        {
            _ = AfdNative.CloseHandle(_handle);
        }
    }

    private static nint Open()
    {
        const string Name = @"\Device\Afd\AkkaReactor";
        nint handle;
        int status;

        // The name is fixed for the call, and everything else lives on this stack frame. The system copies both.
        fixed (char* start = Name)
        {
            AfdNative.UnicodeString name = new()
            {
                Length = (ushort)(Name.Length * sizeof(char)),
                MaximumLength = (ushort)(Name.Length * sizeof(char)),
                Buffer = start,
            };
            AfdNative.ObjectAttributes attributes = new()
            {
                Length = (uint)sizeof(AfdNative.ObjectAttributes),
                Name = &name,
            };
            AfdNative.IoStatusBlock result;
            status = AfdNative.NtCreateFile(
                &handle,
                AfdNative.SYNCHRONIZE,
                &attributes,
                &result,
                null,
                0,
                AfdNative.FILE_SHARE_READ | AfdNative.FILE_SHARE_WRITE,
                AfdNative.FILE_OPEN,
                0,
                null,
                0
            );
        }

        return status == AfdNative.STATUS_SUCCESS ? handle : throw WinsockErrors.StatusFault(Name, status);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Request
    {
        internal AfdNative.IoStatusBlock Status;
        internal AfdNative.AfdPollInfo Info;
        internal int Index;
    }
}
