using System;
using System.Collections;

namespace Akka.TestKit.Xunit2.Internals;

/// <summary>What an expected message counts as equal to: the type's own idea of equality or order if it has one,
/// else element by element for sequences, else Equals of two values of one type.</summary>
internal static class Equality
{
    public static bool AreEqual<T>(T expected, T actual)
    {
        if (expected is null || actual is null)
            return expected is null && actual is null;

        return expected switch
        {
            IEquatable<T> value => value.Equals(actual),
            IComparable<T> value => value.CompareTo(actual) == 0,
            IComparable value => value.CompareTo(actual) == 0,
            IEnumerable items when actual is IEnumerable others => AreEqualSequences(items, others),
            _ => expected.GetType() == actual.GetType() && expected.Equals(actual),
        };
    }

    private static bool AreEqualSequences(IEnumerable expected, IEnumerable actual)
    {
        IEnumerator left = expected.GetEnumerator();
        IEnumerator right = actual.GetEnumerator();
        while (true)
        {
            bool more = left.MoveNext();
            if (more != right.MoveNext())
                return false;
            if (!more)
                return true;
            if (!AreEqual(left.Current, right.Current))
                return false;
        }
    }
}
