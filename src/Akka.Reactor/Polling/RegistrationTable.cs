using System.Collections.Generic;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling;

/// <summary>
/// The registrations of one engine by slot. Slots are used again and generations never, so that an event for an earlier
/// registration is recognized as stale. Used on the engine's loop only.
/// </summary>
internal sealed class RegistrationTable
{
    private readonly List<Registration?> _slots = [];
    private readonly Stack<int> _free = new();
    private readonly List<Registration> _changed = [];
    private uint _generation;

    /// <summary>The number of events that were dropped because their registration was gone. For tests and diagnostics.</summary>
    internal long StaleEvents { get; private set; }

    /// <summary>All slots. A free slot is null.</summary>
    internal IReadOnlyList<Registration?> Slots => _slots;

    internal Registration Add(nint descriptor, SocketKind kind, object target)
    {
        if (!_free.TryPop(out int slot))
        {
            slot = _slots.Count;
            _slots.Add(null);
        }

        // The registration is examined before the next wait, even if its interest is not set.
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

    /// <summary>
    /// Returns the registration for which the token was made. If it is gone, returns null and counts the event as stale.
    /// </summary>
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

    /// <summary>Records an interest, and marks the registration as changed.</summary>
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
    /// Takes the next registration whose interest differs from the one passed to the system last. The engine passes the interest on
    /// and sets <see cref="Registration.Applied"/>. A registration is returned once, however often its interest changed, and is not
    /// returned if the interest is back at its old value: to suspend and resume within one turn costs no system call.
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
