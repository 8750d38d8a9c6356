using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Xunit;

namespace Akka.Reactor.Tests;

/// <summary>Messages end up in logs (unhandled ones, dead letters), so none of them prints what a connection carried.</summary>
public sealed class PayloadSpec
{
    private static readonly byte[] Payload = "pAyLoAd-0f-a-Peer"u8.ToArray();

    // As text, in hexadecimal, in Base64, and as a list of numbers.
    private static readonly string[] Forms =
    [
        Encoding.ASCII.GetString(Payload),
        Convert.ToHexString(Payload),
        BitConverter.ToString(Payload),
        Convert.ToBase64String(Payload),
        string.Join(", ", Payload),
        string.Join(' ', Payload),
    ];

    private static readonly Write Written = new(Payload);

    private static readonly Dictionary<Type, object> Samples = new()
    {
        [typeof(byte[])] = Payload,
        [typeof(ReadOnlyMemory<byte>)] = new ReadOnlyMemory<byte>(Payload),
        [typeof(ReadOnlySequence<byte>)] = new ReadOnlySequence<byte>(Payload),
        [typeof(Write)] = Written,
        [typeof(IWriteCommand)] = Written,
        [typeof(IReadOnlyList<IWriteCommand>)] = (IWriteCommand[])[Written],
        [typeof(Stream)] = new MemoryStream(Payload),
        [typeof(IEnumerable<ReadOnlyMemory<byte>>)] = (ReadOnlyMemory<byte>[])[Payload],
        [typeof(IReadOnlyList<ReadOnlyMemory<byte>>)] = (ReadOnlyMemory<byte>[])[Payload],
    };

    // The records of the library, public or not, that hold bytes or a message that does.
    private static readonly Type[] Holders =
    [
        .. typeof(Received)
            .Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false, ContainsGenericParameters: false } && IsRecord(type))
            .Where(type => Fields(type).Any(held => Samples.ContainsKey(held.FieldType))),
    ];

    public static TheoryData<Type> Carriers => [.. Holders];

    [Theory]
    [MemberData(nameof(Carriers))]
    public void What_is_printed_of_a_message_holds_no_payload(Type type)
    {
        object message = RuntimeHelpers.GetUninitializedObject(type);
        foreach (FieldInfo held in Fields(type))
        {
            if (Samples.TryGetValue(held.FieldType, out object? sample))
            {
                held.SetValue(message, sample);
            }
        }

        string printed = message.ToString()!;
        Assert.StartsWith(type.Name, printed, StringComparison.Ordinal);
        Assert.All(Forms, form => Assert.DoesNotContain(form, printed, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void The_messages_with_bytes_are_among_them()
    {
        Type[] known = [typeof(Received), typeof(Write), typeof(WriteFailed), typeof(DeliveryUnknown), typeof(Closed)];
        Assert.Empty(known.Except(Holders));
    }

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;

    private static IEnumerable<FieldInfo> Fields(Type type) =>
        type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
}
