using System.Buffers.Binary;
using Gatehouse.Gateway.Sessions;
using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Gateway.Tests.States;

/// <summary>The content of sealed states is read strictly, although only the gateway can have written it.</summary>
[Trait("Requirement", "H03")]
public sealed class StateFormatTests
{
    private static readonly DateTimeOffset Until = new(2026, 11, 22, 20, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Nonce = [.. Enumerable.Range(1, StateFormat.NonceBytes).Select(static number => (byte)number)];

    private static RequestState Whole(StateKind kind) => new(kind)
    {
        ApprovalId = "apr-7q4kd2m9xs",
        Digest = new byte[32],
        Rounds = 3,
        Server = "\"state\""u8.ToArray(),
        Responses = "{\"a\":{}}"u8.ToArray(),
    };

    [Theory]
    [InlineData(StateKind.Hold)]
    [InlineData(StateKind.Round)]
    public void WhatIsWritten_IsRead(StateKind kind)
    {
        var whole = Whole(kind);
        var read = StateFormat.Read(StateFormat.Write(Until, Nonce, whole), out var until, out var nonce)!;
        Assert.Equal((kind, whole.ApprovalId, 3, Until), (read.Kind, read.ApprovalId, read.Rounds, until));
        Assert.Equal(Nonce, nonce.ToArray());
        Assert.Equal("\"state\""u8.ToArray(), read.Server.ToArray());
        Assert.Equal("{\"a\":{}}"u8.ToArray(), read.Responses.ToArray());
        var ofServer = StateFormat.Read(StateFormat.Write(Until, "\"s\""u8), out until, out nonce)!;
        Assert.Equal((StateKind.Server, 0, Until), (ofServer.Kind, nonce.Length, until));
        Assert.Equal("\"s\""u8.ToArray(), ofServer.Server.ToArray());
    }

    [Fact]
    public void EveryCutAndEveryTail_IsRefused()
    {
        var plain = StateFormat.Write(Until, Nonce, Whole(StateKind.Hold));
        for (var length = 0; length < plain.Length; length++) Assert.Null(StateFormat.Read(plain.AsMemory(0, length), out _, out _));
        Assert.Null(StateFormat.Read((byte[])[.. plain, 0], out _, out _));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(255)]
    public void UnknownKind_IsRefused(byte kind)
    {
        var plain = StateFormat.Write(Until, Nonce, Whole(StateKind.Hold));
        plain[8] = kind;
        Assert.Null(StateFormat.Read(plain, out _, out _));
    }

    [Fact]
    public void TimeBeyondTime_IsRefused()
    {
        var plain = StateFormat.Write(Until, Nonce, Whole(StateKind.Round));
        foreach (var ticks in new[] { -1L, long.MinValue, long.MaxValue, DateTime.MaxValue.Ticks + 1 })
        {
            BinaryPrimitives.WriteInt64BigEndian(plain, ticks);
            Assert.Null(StateFormat.Read(plain, out _, out _));
        }
    }

    // Any bytes: no fault, and what is read is what would be written.
    [Fact]
    public void HostileBytes_AreRefused_OrAreExactlyAState()
    {
        var random = new Random(15);
        var sample = StateFormat.Write(Until, Nonce, Whole(StateKind.Hold));
        for (var round = 0; round < 200_000; round++)
        {
            var bytes = round % 2 == 0 ? sample.ToArray() : new byte[random.Next(0, 120)];
            if (round % 2 == 0)
            {
                for (var changes = random.Next(1, 4); changes > 0; changes--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }
            else
            {
                random.NextBytes(bytes);
                if (bytes.Length > 8) (bytes[0], bytes[8]) = (0, (byte)random.Next(4));
            }

            if (StateFormat.Read(bytes, out var until, out var nonce) is not { } state) continue;
            Assert.Equal(bytes, state.Kind == StateKind.Server
                ? StateFormat.Write(until, state.Server.Span) : StateFormat.Write(until, nonce.Span, state));
        }
    }

    [Fact]
    public void IncompleteState_IsNotWritten()
    {
        Assert.Throws<ArgumentException>(() => StateFormat.Write(Until, Nonce, Whole(StateKind.Server)));
        Assert.Throws<ArgumentException>(() => StateFormat.Write(Until, Nonce, Whole(StateKind.Hold) with { ApprovalId = "" }));
        Assert.Throws<ArgumentException>(() => StateFormat.Write(Until, Nonce, Whole(StateKind.Hold) with { Digest = new byte[31] }));
        Assert.Throws<ArgumentException>(() => StateFormat.Write(Until, Nonce, Whole(StateKind.Hold) with { Rounds = 256 }));
        Assert.Throws<ArgumentException>(() => StateFormat.Write(Until, new byte[15], Whole(StateKind.Hold)));
    }
}
