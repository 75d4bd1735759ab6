using System.Text;
using Gatehouse.Storage.Tests.Support;
using Gatehouse.Testing;

namespace Gatehouse.Storage.Tests;

public sealed class KeyRingTests
{
    private const string Purpose = "session/handle";

    // Made by an independent implementation from the description of the format.
    private const string FixedMessage =
        "010011223344556677404142434445464748494a4b606162636465666768696a6bf6831033addefc16b7dacd58ea5e422568a1cb1bb155440f797fddabdd27";

    private static readonly byte[] Bound = "issuer subject client server"u8.ToArray();
    private static readonly byte[] Plain = "what is sealed"u8.ToArray();

    private readonly ManualTimeProvider time = new();

    public KeyRingTests() => Ring = KeyRing.CreateInMemory(time);

    private KeyRing Ring { get; }

    [Fact]
    public void WhatIsSealedForAnOwner_OpensForNobodyElse()
    {
        string[] alice = ["https://issuer", "alice"];
        var message = Ring.SealFor(Purpose, alice, Bound, Plain);
        Ring.Rotate();
        Assert.True(Ring.TryOpenFor(Purpose, alice, Bound, message, out var opened));
        Assert.Equal(Plain, opened);
        foreach (var other in new string[][]
            { ["https://issuer", "bob"], ["https://issuera", "lice"], ["https://issueralice"], ["https://issuer", "alice", ""], [] })
            Assert.False(Ring.TryOpenFor(Purpose, other, Bound, message, out _));
        Assert.False(Ring.TryOpenFor("session/other", alice, Bound, message, out _));
        Assert.False(Ring.TryOpenFor(Purpose, alice, "other"u8, message, out _));
        // Nor is it the purpose's own key.
        Assert.False(Ring.TryOpen(Purpose, Bound, message, out _));
        Assert.False(Ring.TryOpenFor(Purpose, [], Bound, Ring.Seal(Purpose, Bound, Plain), out _));
        Assert.False(Ring.TryOpenFor(Purpose, alice, Bound, message.AsSpan(0, 8), out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => Ring.SealFor(Purpose, alice, Bound, new byte[KeyRing.MostPlaintextBytes + 1]));
    }

    [Fact]
    public void WhatWasSealed_Opens()
    {
        foreach (var plain in new[] { [], Plain, new byte[KeyRing.MostPlaintextBytes] })
        {
            var message = Ring.Seal(Purpose, Bound, plain);
            Assert.Equal(plain.Length + KeyRing.SealedOverhead, message.Length);
            Assert.True(Ring.TryOpen(Purpose, Bound, message, out var opened));
            Assert.Equal(plain, opened);
        }
    }

    [Fact]
    public void AFixedMessage_Opens()
    {
        // A ring and a message of version 1 as first released; newer programs must open it.
        var ring = KeyRing.Parse(
            """{"version":1,"keys":[{"id":"0011223344556677","created":"2026-01-01T00:00:00Z","key":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}]}"""u8);
        Assert.True(ring.TryOpen(Purpose, Bound, Convert.FromHexString(FixedMessage), out var opened));
        Assert.Equal(Plain, opened);
    }

    [Fact]
    public void AnotherPurpose_IsRefused()
    {
        var message = Ring.Seal(Purpose, Bound, Plain);
        foreach (var purpose in new[] { "session/handl", "session/handle2", "session", "s" })
            Refused(Ring, purpose, Bound, message);
    }

    [Fact]
    public void AnotherAssociatedData_IsRefused()
    {
        var message = Ring.Seal(Purpose, Bound, Plain);
        foreach (var bound in new byte[][] { [], Bound[..^1], [.. Bound, 0], [0, .. Bound], [.. Bound.Reverse()] })
            Refused(Ring, Purpose, bound, message);
    }

    [Fact]
    public void EveryFlippedBit_IsRefused()
    {
        var message = Ring.Seal(Purpose, Bound, Plain);
        for (var bit = 0; bit < message.Length * 8; bit++)
        {
            message[bit / 8] ^= (byte)(1 << (bit % 8));
            Refused(Ring, Purpose, Bound, message);
            message[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.True(Ring.TryOpen(Purpose, Bound, message, out _));
    }

    [Fact]
    public void EveryOtherLength_IsRefused()
    {
        var message = Ring.Seal(Purpose, Bound, Plain);
        for (var length = 0; length < message.Length; length++)
            Refused(Ring, Purpose, Bound, message[..length]);
        Refused(Ring, Purpose, Bound, [.. message, 0]);
        Refused(Ring, Purpose, Bound, new byte[KeyRing.MostPlaintextBytes + KeyRing.SealedOverhead + 1]);
    }

    [Fact]
    public void AnotherRing_IsRefused() => Refused(KeyRing.CreateInMemory(time), Purpose, Bound, Ring.Seal(Purpose, Bound, Plain));

    [Fact]
    public void AnotherKeyUnderTheSameId_IsRefused()
    {
        var one = KeyRing.Parse(Json("0011223344556677", 1));
        var other = KeyRing.Parse(Json("0011223344556677", 2));
        Refused(other, Purpose, Bound, one.Seal(Purpose, Bound, Plain));
    }

    [Fact]
    public void SealingTwice_GivesDifferentMessages()
    {
        var messages = Enumerable.Range(0, 1000).Select(_ => Convert.ToHexString(Ring.Seal(Purpose, Bound, Plain).AsSpan(9, 24)));
        Assert.Equal(1000, messages.Distinct().Count());
    }

    [Fact]
    public void AfterARotation_TheNewestSealsAndAllOpen()
    {
        var before = Ring.Seal(Purpose, Bound, Plain);
        var oldest = Ring.NewestId;
        Ring.Rotate();
        var after = Ring.Seal(Purpose, Bound, Plain);

        Assert.Equal(2, Ring.Count);
        Assert.NotEqual(oldest, Ring.NewestId);
        Assert.Equal(Ring.NewestId, Convert.ToHexStringLower(after.AsSpan(1, 8)));
        Assert.True(Ring.TryOpen(Purpose, Bound, before, out _));
        Assert.True(Ring.TryOpen(Purpose, Bound, after, out _));
    }

    [Fact]
    public void AFullRing_IsNotRotated()
    {
        for (var count = 1; count < KeyRing.MostKeys; count++)
            Ring.Rotate();
        var newest = Ring.NewestId;
        Assert.Contains("Delete the oldest entries", Assert.Throws<KeyRingException>(Ring.Rotate).Message, StringComparison.Ordinal);
        Assert.Equal(newest, Ring.NewestId);
    }

    [Fact]
    public void DerivedKeys_DifferByPurposeInfoLengthAndKey()
    {
        byte[][] keys =
        [
            Ring.DeriveKey("task", "a"u8, 32),
            Ring.DeriveKey("task", "b"u8, 32),
            Ring.DeriveKey("task", [], 32),
            Ring.DeriveKey("taska", [], 32),
            Ring.DeriveKey("other", "a"u8, 32),
        ];
        Assert.Equal(keys.Length, keys.Select(Convert.ToHexString).Distinct().Count());
        Assert.Equal(keys[0], Ring.DeriveKey("task", "a"u8, 32));
        Assert.Equal(17, Ring.DeriveKey("task", "a"u8, 17).Length);

        Ring.Rotate();
        Assert.NotEqual(keys[0], Ring.DeriveKey("task", "a"u8, 32));
        Assert.Equal([Ring.DeriveKey("task", "a"u8, 32), keys[0]], Ring.DeriveKeys("task", "a"u8, 32));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Upper")]
    [InlineData("space here")]
    [InlineData("nul\0")]
    public void APurposeOutOfItsRange_IsRefused(string purpose)
    {
        Assert.ThrowsAny<ArgumentException>(() => Ring.Seal(purpose, Bound, Plain));
        Assert.ThrowsAny<ArgumentException>(() => Ring.TryOpen(purpose, Bound, new byte[100], out _));
        Assert.ThrowsAny<ArgumentException>(() => Ring.DeriveKey(purpose, [], 32));
        Assert.ThrowsAny<ArgumentException>(() => Ring.Seal(new string('a', 65), Bound, Plain));
        Assert.ThrowsAny<ArgumentException>(() => Ring.Seal(Purpose, Bound, new byte[KeyRing.MostPlaintextBytes + 1]));
        Assert.ThrowsAny<ArgumentException>(() => Ring.DeriveKey(Purpose, [], 65));
    }

    [Fact]
    public void SealingOpeningAndRotatingAtOnce_LosesNothing()
    {
        Parallel.For(0, 2000, number =>
        {
            if (number % 100 == 0)
                Ring.Rotate();
            var plain = BitConverter.GetBytes(number);
            var message = Ring.Seal("purpose-" + (number % 100), Bound, plain);
            Assert.True(Ring.TryOpen("purpose-" + (number % 100), Bound, message, out var opened));
            Assert.Equal(plain, opened);
        });
        Assert.Equal(21, Ring.Count);
    }

    [Fact]
    public void ItsText_HoldsNoKey()
    {
        var ring = KeyRing.Parse(Json("0011223344556677", 1));
        Assert.Equal("key ring of 1, newest 0011223344556677", ring.ToString());
    }

    internal static byte[] Json(string id, byte fill) => Encoding.UTF8.GetBytes(
        $$"""{"version":1,"keys":[{"id":"{{id}}","created":"2026-01-01T00:00:00Z","key":"{{Convert.ToBase64String(Rows.Digest(fill))}}"}]}""");

    private static void Refused(KeyRing ring, string purpose, byte[] bound, byte[] message)
    {
        Assert.False(ring.TryOpen(purpose, bound, message, out var opened));
        Assert.Empty(opened);
    }
}
