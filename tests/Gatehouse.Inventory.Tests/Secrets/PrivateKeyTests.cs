using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Secrets;
using Gatehouse.Testing;

namespace Gatehouse.Inventory.Tests.Secrets;

/// <summary>A private key is found and masked whole; a text that only speaks of one is not.</summary>
[Trait("Requirement", "SC-07")]
public sealed class PrivateKeyTests
{
    [Theory]
    [InlineData("PRIVATE KEY", "\n")]
    [InlineData("RSA PRIVATE KEY", "\r\n")]
    [InlineData("EC PRIVATE KEY", "\\n")]
    [InlineData("OPENSSH PRIVATE KEY", "\\r\\n")]
    [InlineData("ENCRYPTED PRIVATE KEY", " ")]
    [InlineData("PGP PRIVATE KEY BLOCK", "\n\n")]
    public void Key_IsFoundAndMaskedWhole(string label, string newLine)
    {
        var key = Drawn.Pem(new Dice((ulong)label.Length), label, newLine);
        var text = $"key: \"{key}\" # and more";
        Assert.Equal(Confidence.High, Assert.Single(SecretDetector.Find(text), hit => hit.Kind == "private-key").Confidence);
        var masked = SecretDetector.Mask(text);
        Assert.DoesNotContain(key.Substring(key.IndexOf(newLine, 30, StringComparison.Ordinal) + 80, 30), masked, StringComparison.Ordinal);
        Assert.EndsWith("# and more", masked, StringComparison.Ordinal);
    }

    [Fact]
    public void PuttyKey_IsFoundAndMaskedWhole()
    {
        var dice = new Dice(3);
        var line = Drawn.Text(dice, 64);
        var text = $"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPublic-Lines: 1\n{Drawn.Text(dice, 64)}\nPrivate-Lines: 1\n{line}\nPrivate-MAC: 00";
        Assert.Contains(SecretDetector.Find(text), hit => hit is { Kind: "private-key", Confidence: Confidence.High });
        Assert.DoesNotContain(line, SecretDetector.Mask(text), StringComparison.Ordinal);
    }

    // From one prime of an RSA key the key follows. A symmetric key has nothing else.
    [Theory]
    [InlineData("p", 171)]
    [InlineData("qi", 171)]
    [InlineData("d", 2731)]
    [InlineData("k", 43)]
    public void EveryPrivateMemberOfAJsonWebKey_IsMaskedWhole(string member, int length)
    {
        var value = Drawn.OfClass("url", new Dice(31), length);
        var masked = SecretDetector.Mask($"{{\"kty\":\"RSA\",\"{member}\":\"{value}\",\"e\":\"AQAB\"}}");
        Assert.DoesNotContain(value[^20..], masked, StringComparison.Ordinal);
        Assert.DoesNotContain(value[..20], masked, StringComparison.Ordinal);
    }

    // Threat: a word of examples in a header takes the key its meaning.
    [Fact]
    public void HeaderBeforeTheKey_SaysNothingAboutIt()
    {
        var key = Drawn.Pem(new Dice(5));
        var text = key.Insert(key.IndexOf('\n', StringComparison.Ordinal) + 1, "Comment: exampleexampleexample\n\n");
        Assert.Contains(SecretDetector.Find(text), hit => hit is { Kind: "private-key", Confidence: Confidence.High });
        Assert.DoesNotContain(key.Split('\n')[3], SecretDetector.Mask(text), StringComparison.Ordinal);
    }

    [Fact]
    public void UnfinishedKey_IsMaskedToItsEnd()
    {
        var key = Drawn.Pem(new Dice(9));
        Assert.DoesNotContain(key.Split('\n')[3], SecretDetector.Mask(key[..^40]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("if (text.startsWith(\"-----BEGIN RSA PRIVATE KEY-----\")) return parse(text);")]
    [InlineData("-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA\n-----END PUBLIC KEY-----")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA\n-----END CERTIFICATE-----")]
    public void Mention_IsNoKey(string text) => Assert.DoesNotContain(SecretDetector.Find(text), hit => hit.Confidence >= Confidence.Medium);
}
