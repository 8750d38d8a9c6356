using System.Runtime.InteropServices;

namespace Akka.Reactor.Polling.Windows;

/// <summary>
/// A handle to the socket driver whose polls complete to a port, and the native memory of the polls made with it. Serves
/// few sockets: to cancel one poll the system goes through all of its handle.
/// </summary>
/// <remarks>
/// The driver writes to a poll's memory until its completion was posted. Whoever owns the device therefore frees it with
/// <see cref="Dispose"/> only after every poll's completion was taken from the port, and otherwise closes the handle and
/// leaves the memory alone for ever (<see cref="Abandon"/>).
/// </remarks>
internal sealed unsafe class AfdDevice
{
    internal const int Polls = 64;

    private readonly nint _handle;
    private readonly Request* _requests = (Request*)NativeMemory.AllocZeroed(Polls, (nuint)sizeof(Request));

    /// <param name="port">Where completions go; must outlive the device.</param>
    /// <param name="key">What they carry, so that a later engine on the same port knows them as not its own.</param>
    /// <param name="firstIndex">The index of the first of its polls.</param>
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

    /// <summary>Which poll a completion from the port is for.</summary>
    internal static int IndexOf(nint completed) => ((Request*)completed)->Index;

    /// <summary>Starts a poll; its completion comes through the port even if there is something to report at once.</summary>
    /// <returns>Whether it was started; if not, the reason, and no completion comes.</returns>
    internal bool TryStart(int index, nint baseSocket, uint events, out int status)
    {
        // Native memory, see the remarks; nobody else touches it until the completion was taken.
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

    /// <summary>Makes a started poll complete soon. One that has completed already is left as it is.</summary>
    internal void Cancel(int index)
    {
        // The second block lives on this stack frame and is written during the call only.
        AfdNative.IoStatusBlock status;
        _ = AfdNative.NtCancelIoFileEx(_handle, &_requests[index % Polls].Status, &status);
    }

    /// <summary>What a completed poll found: its status, and the events if that is a success.</summary>
    internal (int Status, uint Events) Result(int index)
    {
        Request* request = _requests + (index % Polls);
        int status = request->Status.Status;

        // A cancelled poll still has in Events what was asked for.
        bool found = status == AfdNative.STATUS_SUCCESS && request->Info.Handles > 0;
        return (status, found ? request->Info.Events : 0);
    }

    /// <summary>Closes the handle and frees the memory: no completion is outstanding.</summary>
    internal void Dispose()
    {
        Abandon();
        NativeMemory.Free(_requests);
    }

    /// <summary>Closes the handle only: the driver may still write.</summary>
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

        // The name is fixed for the call, everything else lives on this stack frame; the system copies it.
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
