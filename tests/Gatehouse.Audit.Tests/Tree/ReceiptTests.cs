using System.Security.Cryptography;
using System.Text;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Tests.Tree;

/// <summary>The form of a receipt: one text for one promise, and nothing else that the key signs can be taken for it.</summary>
[Trait("Requirement", "AU-02")]
public sealed class ReceiptTests : IDisposable
{
    private readonly NoteSigner signer = NoteSigner.Ecdsa("example.com/audit", ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public void Dispose() => signer.Dispose();

    [Fact]
    public void Receipt_HasOneText_AndItsFields()
    {
        var text = Sample().ToText();
        Assert.Equal(
            "gatehouse-audit-receipt/v1\nlog example.com/audit\nindex 4711\nleaf " + Hash(1) + "\ntime 2026-11-22T13:00:00Z\nwithin 86400\ncall " + Hash(2) + "\n",
            text);
        Assert.True(Receipt.TryParse(text, out var read));
        Assert.Equal(Sample(), read);
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 13, 0, 0, TimeSpan.Zero), read.Due);
    }

    [Theory]
    [InlineData("/v1\n", "/v2\n")]
    [InlineData("log example.com/audit", "log ")]
    [InlineData("log example.com/audit", "log a b")]
    [InlineData("index 4711", "index 04711")]
    [InlineData("index 4711", "index -1")]
    [InlineData("index 4711", "index 9223372036854775808")]
    [InlineData("13:00:00Z", "13:00:00.0Z")]
    [InlineData("13:00:00Z", "13:00:00+00:00")]
    [InlineData("2026-11-22", "9999-12-31")]
    [InlineData("within 86400", "within 0")]
    [InlineData("within 86400", "within 999999999")]
    [InlineData("within 86400\n", "")]
    [InlineData("call ", "more x\ncall ")]
    [InlineData("call ", "call  ")]
    public void AnotherForm_IsNoReceipt(string old, string other) =>
        Assert.False(Receipt.TryParse(Sample().ToText().Replace(old, other, StringComparison.Ordinal), out _));

    [Fact]
    public void EachField_IsSigned()
    {
        var note = SignedNote.Sign(Sample().ToText(), [signer]).ToString();
        var end = note.IndexOf("\n\n", StringComparison.Ordinal);
        for (var at = 0; at < end; at++)
        {
            var changed = note[..at] + (char)(note[at] ^ 1) + note[(at + 1)..];
            var parsed = SignedNote.Parse(Encoding.UTF8.GetBytes(changed));
            Assert.True(parsed is null || !Receipt.TryParse(parsed.Text, out _) || parsed.Verified([signer.Key]) is not { Count: > 0 }, changed);
        }

        using var other = NoteSigner.Ecdsa("example.com/audit", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        Assert.Empty(SignedNote.Parse(Encoding.UTF8.GetBytes(note))!.Verified([other.Key])!);
    }

    [Fact]
    public void Receipt_IsNoCheckpoint_AndACheckpointOrCosignatureIsNoReceipt()
    {
        Assert.False(Checkpoint.TryParse(Sample().ToText(), out _));
        Assert.False(Receipt.TryParse(new Checkpoint("example.com/audit", 5, Hash(3)).ToText(), out _));
        // An origin with the words of a receipt gives no receipt: the second line is a size.
        Assert.False(Receipt.TryParse(new Checkpoint(Receipt.Header, 5, Hash(3)) { Extensions = ["leaf x", "time x", "within 1", "call x"] }.ToText(), out _));
        using var witness = Cosigner.Ecdsa("example.com/audit", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var cosigned = new SignedNote(Sample().ToText(), [witness.Sign(Sample().ToText(), DateTimeOffset.UnixEpoch)]);
        Assert.Empty(cosigned.Verified([signer.Key])!);
    }

    [Fact]
    public void AnyText_IsReadOrRefused_AndWhatIsReadIsWrittenTheSame()
    {
        var random = new Random(20261122);
        var good = Sample().ToText();
        var words = good.Split('\n');
        var read = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var text = new StringBuilder(good);
            for (var edits = random.Next(1, 4); edits > 0; edits--)
            {
                var at = random.Next(text.Length);
                switch (random.Next(4))
                {
                    case 0: text[at] = (char)random.Next(0x20, 0x7f); break;
                    case 1: text.Remove(at, Math.Min(text.Length - at, random.Next(1, 9))); break;
                    case 2: text.Insert(at, words[random.Next(words.Length)]); break;
                    default: text.Insert(at, random.Next(2) == 0 ? '\n' : '0'); break;
                }
            }

            if (!Receipt.TryParse(text.ToString(), out var receipt)) continue;
            read++;
            Assert.Equal(text.ToString(), receipt.ToText());
        }

        Assert.NotEqual(0, read); // a digit of the index, for one
    }

    private static Receipt Sample() =>
        new("example.com/audit", 4711, Hash(1), new DateTimeOffset(2026, 11, 22, 13, 0, 0, TimeSpan.Zero), TimeSpan.FromDays(1), Hash(2));

    private static TreeHash Hash(byte value) => TreeHash.From(Enumerable.Repeat(value, 32).ToArray());
}
