using System.Collections.Generic;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling;

/// <summary>
/// The registrations of one engine by slot. Slots are used again and generations never, so that an event for an earlier
/// registration is known as stale. Used on the engine's loop only.
/// </summary>
internal sealed class RegistrationTable
{
    private readonly List<Registration?> _slots = [];
    private readonly Stack<int> _free = new();
    private readonly List<Registration> _changed = [];
    private uint _generation;

    /// <summary>Events dropped because their registration was gone. For tests and diagnostics.</summary>
    internal long StaleEvents { get; private set; }

    /// <summary>The slots in use and free ones between them.</summary>
    internal IReadOnlyList<Registration?> Slots => _slots;

    internal Registration Add(nint descriptor, SocketKind kind, object target)
    {
        if (!_free.TryPop(out int slot))
        {
            slot = _slots.Count;
            _slots.Add(null);
        }

        // Looked at before the next wait, whether anybody says what to report or not.
        Registration registration = new(descriptor, kind, target, slot, ++_generation) { Changed = true };
        _slots[slot] = registration;
        _changed.Add(registration);
        return registration;
    }

    /// <summary>Frees the slot and makes the registration inactive.</summary>
    internal void Remove(Registration registration)
    {
        registration.Active = false;
        _slots[registration.Slot] = null;
        _free.Push(registration.Slot);
    }

    /// <summary>The registration a token was made for, or null, counted as stale, when it is gone.</summary>
    internal Registration? Find(ulong token)
    {
        int slot = (int)(uint)token;
        Registration? registration = slot < _slots.Count ? _slots[slot] : null;
        if (registration is not null && registration.Generation == (uint)(token >> 32))
        {
            return registration;
        }

        StaleEvents++;
        return null;
    }

    /// <summary>Notes an interest, and the registration as changed.</summary>
    internal void SetInterest(Registration registration, Interest interest)
    {
        if (registration.Interest == interest || !registration.Active)
        {
            return;
        }

        registration.Interest = interest;
        if (!registration.Changed)
        {
            registration.Changed = true;
            _changed.Add(registration);
        }
    }

    /// <summary>
    /// Takes the next registration whose interest is not what the system was told last; the engine tells it and sets
    /// <see cref="Registration.Applied"/>. However often an interest changed it comes once, and not at all when it is back
    /// to what it was: suspending and resuming within one turn costs no system call.
    /// </summary>
    internal bool TryTakeChanged([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Registration? registration)
    {
        while (_changed.Count > 0)
        {
            registration = _changed[^1];
            _changed.RemoveAt(_changed.Count - 1);
            registration.Changed = false;
            if (registration.Active && registration.Interest != registration.Applied)
            {
                return true;
            }
        }

        registration = null;
        return false;
    }
}
