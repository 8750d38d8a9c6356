using System.Collections.Generic;

namespace Akka.Reactor.EventLoop;

/// <summary>
/// The deadlines of one loop: a binary heap in which every deadline knows its position. Moving a deadline to a later time, which
/// idle timeouts do with every message, is O(1): the deadline keeps its position and is filed again when its old time comes.
/// Disarming removes the deadline, so that a closed connection is not kept alive until its timeout.
/// </summary>
internal sealed class DeadlineQueue
{
    private readonly List<Deadline> _heap = [];

    internal int Count => _heap.Count;

    /// <summary>
    /// The earliest time at which <see cref="TakeExpired"/> may return a deadline, or <see cref="Deadline.Never"/>.
    /// </summary>
    internal long NextAt => _heap.Count == 0 ? Deadline.Never : _heap[0].FiledAt;

    internal void Arm(Deadline deadline, long dueAt)
    {
        deadline.DueAt = dueAt;
        if (deadline.Index < 0)
        {
            deadline.FiledAt = dueAt;
            deadline.Index = _heap.Count;
            _heap.Add(deadline);
            SiftUp(deadline.Index);
        }
        else if (dueAt < deadline.FiledAt)
        {
            deadline.FiledAt = dueAt;
            SiftUp(deadline.Index);
        }
    }

    internal void Disarm(Deadline deadline)
    {
        deadline.DueAt = Deadline.Never;
        if (deadline.Index >= 0)
        {
            RemoveAt(deadline.Index);
        }
    }

    /// <summary>Disarms and returns the next deadline that is due at <paramref name="now"/>, or returns null.</summary>
    internal Deadline? TakeExpired(long now)
    {
        while (_heap.Count > 0 && _heap[0].FiledAt <= now)
        {
            // A deadline that was moved to a later time is filed again first, even if it is due: others may be due before it.
            Deadline first = _heap[0];
            if (first.DueAt == first.FiledAt)
            {
                RemoveAt(0);
                first.DueAt = Deadline.Never;
                return first;
            }

            first.FiledAt = first.DueAt;
            SiftDown(0);
        }

        return null;
    }

    private void RemoveAt(int index)
    {
        _heap[index].Index = -1;
        Deadline last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        if (index < _heap.Count)
        {
            Place(last, index);
            SiftUp(index);
            SiftDown(last.Index);
        }
    }

    private void SiftUp(int index)
    {
        Deadline moving = _heap[index];
        while (index > 0)
        {
            int parent = (index - 1) / 2;
            if (_heap[parent].FiledAt <= moving.FiledAt)
            {
                break;
            }

            Place(_heap[parent], index);
            index = parent;
        }

        Place(moving, index);
    }

    private void SiftDown(int index)
    {
        Deadline moving = _heap[index];
        while (true)
        {
            int child = (2 * index) + 1;
            if (child >= _heap.Count)
            {
                break;
            }

            if (child + 1 < _heap.Count && _heap[child + 1].FiledAt < _heap[child].FiledAt)
            {
                child++;
            }

            if (moving.FiledAt <= _heap[child].FiledAt)
            {
                break;
            }

            Place(_heap[child], index);
            index = child;
        }

        Place(moving, index);
    }

    private void Place(Deadline deadline, int index)
    {
        _heap[index] = deadline;
        deadline.Index = index;
    }
}
