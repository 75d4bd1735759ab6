using System.Security.Cryptography;
using System.Text;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;
using Xunit;

namespace Gatehouse.Audit.Tests.Tree;

/// <summary>Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature), with the example of the specification.</summary>
public sealed class NoteTests
{
    private const string ExampleKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

    private const string Example =
        "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

    [Fact]
    public void ExampleOfTheSpecification_Verifies()
    {
        var key = Key(ExampleKey);
        if (!key.IsSupported) Assert.Skip("this system has no libcrypto with Ed25519");
        var note = SignedNote.Parse(Encoding.UTF8.GetBytes(Example))!;
        Assert.Equal([key], note.Verified([key])!);
        Assert.Equal(Example, note.ToString());
        Assert.Equal(ExampleKey, key.ToString());
        var altered = SignedNote.Parse(Encoding.UTF8.GetBytes(Example.Replace("example message", "example massage", StringComparison.Ordinal)))!;
        Assert.Null(altered.Verified([key]));
    }

    [Fact]
    public void EcdsaNote_VerifiesWithItsPublicKeyAndNoOther()
    {
        using var signer = NoteSigner.Ecdsa("example.com/log", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        using var other = NoteSigner.Ecdsa("example.com/log", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var note = SignedNote.Parse(SignedNote.Sign("text\n", [signer, other]).ToBytes())!;
        Assert.Equal(2, note.Signatures.Count);
        Assert.Equal([signer.Key.ToString()], note.Verified([Key(signer.Key.ToString())])!.Select(key => key.ToString()));
        using var stranger = NoteSigner.Ecdsa("example.com/log", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        Assert.Empty(note.Verified([stranger.Key])!);
    }

    // Threat: a caller that still signs while a log is closed gets a signature by the key of 32 zeros, which everybody has.
    [Fact]
    public void DestroyedKey_SignsNothing()
    {
        var seed = RandomNumberGenerator.GetBytes(32);
        var ecdsa = NoteSigner.Ecdsa("example.com/log", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        ecdsa.Dispose();
        Assert.Throws<ObjectDisposedException>(() => ecdsa.Sign("text\n"));
        var onP256 = Cosigner.Ecdsa("example.com/w1", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        onP256.Dispose();
        Assert.Throws<ObjectDisposedException>(() => onP256.Sign("text\n", DateTimeOffset.UnixEpoch));
        if (!NoteSigner.HasEd25519) Assert.Skip("this system has no libcrypto with Ed25519");
        var signer = NoteSigner.WithEd25519("example.com/log", seed);
        Assert.Equal(signer.Sign("text\n").Bytes.ToArray(), signer.Sign("text\n").Bytes.ToArray());
        signer.Dispose();
        signer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => signer.Sign("text\n"));
        var cosigner = Cosigner.WithEd25519("example.com/w1", seed);
        cosigner.Dispose();
        Assert.Throws<ObjectDisposedException>(() => cosigner.Sign("text\n", DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public void SignatureThatSaysItIsOfAKnownKey_AndIsNot_RefusesTheNote()
    {
        using var signer = NoteSigner.Ecdsa("example.com/log", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        using var second = NoteSigner.Ecdsa("example.com/log", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var good = SignedNote.Sign("text\n", [signer]);
        var forged = new NoteSignature(second.Key.Name, second.Key.Id, good.Signatures[0].Bytes);
        var note = good with { Signatures = [.. good.Signatures, forged] };
        Assert.Null(note.Verified([signer.Key, second.Key]));
        Assert.Single(note.Verified([signer.Key])!);
    }

    // Threat: 64 equal lines make a note that costs 64 verifications. Lines that differ are all held to the key: one that is not of it refuses the
    // note.
    [Fact]
    public void ARepeatedSignature_IsVerifiedOnce_AndAnotherOneOfTheKeyIsNotPassedOver()
    {
        using var signer = NoteSigner.Ecdsa("example.com/log", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var key = new CountingKey(signer.Key);
        var good = SignedNote.Sign("text\n", [signer]);
        Assert.Single((good with { Signatures = [.. Enumerable.Repeat(good.Signatures[0], SignedNote.MostSignatures)] }).Verified([key])!);
        Assert.Equal(1, key.Verifications);
        var other = new NoteSignature(signer.Key.Name, signer.Key.Id, SignedNote.Sign("another\n", [signer]).Signatures[0].Bytes);
        Assert.Null((good with { Signatures = [.. good.Signatures, other] }).Verified([key]));
        Assert.Null((good with { Signatures = [other, .. good.Signatures] }).Verified([key]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("text\n")]
    [InlineData("text\n\n")]
    [InlineData("text\n\n— a Uw2QOkk=")]
    [InlineData("text\n\n- a Uw2QOkk=\n")]
    [InlineData("text\n\n— a  Uw2QOkk=\n")]
    [InlineData("text\n\n— a+b Uw2QOkk=\n")]
    [InlineData("text\n\n— a Uw2QOg==\n")]
    [InlineData("text\n\n— a Uw2QOkl=\n")]
    [InlineData("text\n\n— a Uw2Q Okk=\n")]
    [InlineData("te\txt\n\n— a Uw2QOkk=\n")]
    [InlineData("te\0xt\n\n— a Uw2QOkk=\n")]
    public void WhatIsNoNote_IsNotRead(string text) => Assert.Null(SignedNote.Parse(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void NotesBeyondTheBounds_AreNotRead()
    {
        Assert.Null(SignedNote.Parse([.. "te"u8, 0xff, .. "xt\n\n— a Uw2QOkk=\n"u8]));
        var line = "— a Uw2QOkk=\n";
        Assert.NotNull(SignedNote.Parse(Encoding.UTF8.GetBytes("text\n\n" + string.Concat(Enumerable.Repeat(line, SignedNote.MostSignatures)))));
        Assert.Null(SignedNote.Parse(Encoding.UTF8.GetBytes("text\n\n" + string.Concat(Enumerable.Repeat(line, SignedNote.MostSignatures + 1)))));
        Assert.Null(SignedNote.Parse(Encoding.UTF8.GetBytes(new string('x', SignedNote.MostBytes) + "\n\n" + line)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("example.com/foo")]
    [InlineData("example.com/foo+530d903a")]
    [InlineData("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530d903a+BekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530d903a+CekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530d903a+AgAB")]
    [InlineData(" +530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    public void WhatIsNoKey_IsRefusedWithAReason(string text)
    {
        Assert.False(NoteKey.TryParse(text, out var key, out var fault));
        Assert.Null(key);
        Assert.NotEmpty(fault);
    }

    // One bit of the curve's identifier changed: the system answers in another way than for a curve that it knows.
    [Fact]
    public void KeyOnACurveThatNobodyKnows_IsRefused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var info = key.ExportSubjectPublicKeyInfo();
        for (var bit = 0; bit < 8 * 27; bit++)
        {
            info[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(NoteKey.TryParse($"a+00000000+{Convert.ToBase64String([2, .. info])}", out _, out var fault));
            Assert.NotEmpty(fault);
            info[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void KeyOnAnotherCurve_IsRefused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<CryptographicException>(() => NoteSigner.Ecdsa("a", key));
    }

    [Fact]
    public void Checkpoint_IsReadAsItIsWritten()
    {
        var checkpoint = new Checkpoint("example.com/behind-the-sofa", 20_852_163, MerkleTree.Empty);
        Assert.True(Checkpoint.TryParse(checkpoint.ToText(), out var read));
        Assert.Equal((checkpoint.Origin, checkpoint.Size, checkpoint.Root), (read.Origin, read.Size, read.Root));
        Assert.True(Checkpoint.TryParse("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nmore\n", out var extended));
        Assert.Equal(["more"], extended.Extensions);
    }

    [Theory]
    [InlineData("o\n1\n")]
    [InlineData("o\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")]
    [InlineData("o\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")]
    [InlineData("o\n+1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")]
    [InlineData("o\n99999999999999999999\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")]
    [InlineData("o\n4611686018427387904\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")] // 2^62: no tree has so many leaves
    [InlineData("o\n9223372036854775807\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")]
    [InlineData("o\n0\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")]
    [InlineData("\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")]
    [InlineData("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n")]
    [InlineData("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n")]
    [InlineData("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n")]
    public void WhatIsNoCheckpoint_IsNotRead(string text) => Assert.False(Checkpoint.TryParse(text, out _));

    [Fact]
    public void Cosignature_HasItsTime_AndIsGoodForThisTextOnly()
    {
        var time = DateTimeOffset.FromUnixTimeSeconds(1_679_315_147);
        var text = new Checkpoint("example.com/log", 0, MerkleTree.Empty).ToText();
        var other = new Checkpoint("example.com/log", 1, MerkleTree.Leaf([])).ToText();
        using var p256 = Cosigner.Ecdsa("witness.example/w1", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        List<Cosigner> cosigners = [p256];
        var hasEd25519 = Key(ExampleKey).IsSupported;
        if (hasEd25519) cosigners.Add(Cosigner.WithEd25519("witness.example/w1", RandomNumberGenerator.GetBytes(32)));
        foreach (var cosigner in cosigners)
        {
            var signature = cosigner.Sign(text, time);
            var key = Key(cosigner.Key.ToString());
            Assert.True(key.IsCosigner);
            Assert.Equal(time, Cosignature.Time(signature.Bytes.Span));
            Assert.True(key.Verifies(text, signature.Bytes.Span));
            Assert.False(key.Verifies(other, signature.Bytes.Span));
            var later = signature.Bytes.ToArray();
            later[7] ^= 1;
            Assert.False(key.Verifies(text, later));
            Assert.False(key.Verifies(text, later.AsSpan(0, 8)));
            cosigner.Dispose();
        }
    }

    private static NoteKey Key(string text)
    {
        Assert.True(NoteKey.TryParse(text, out var key, out var fault), fault);
        return key;
    }

    private sealed class CountingKey(NoteKey key) : NoteKey(key.Name, [0])
    {
        public int Verifications { get; private set; }

        public override uint Id => key.Id;

        public override bool Verifies(string text, ReadOnlySpan<byte> signature)
        {
            Verifications++;
            return key.Verifies(text, signature);
        }
    }
}
