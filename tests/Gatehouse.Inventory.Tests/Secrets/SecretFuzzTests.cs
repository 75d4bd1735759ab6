using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Secrets;
using Gatehouse.Testing;

namespace Gatehouse.Inventory.Tests.Secrets;

/// <summary>Whatever the text, the search ends, keeps its promises, and takes a time in proportion to the text.</summary>
[Trait("Requirement", "SC-07")]
[Trait("NoRetry", "yes")]
public sealed class SecretFuzzTests
{
    private static readonly string[] Parts =
    [
        "-----BEGIN ", "RSA PRIVATE KEY-----", "-----END ", "eyJ", ".eyJ", "password", "key", "token", "=", ":", "\"", "'", "\\\"", "\n", " ",
            "://", "@", "user", "Basic ", "Bearer ",
        "curl", " -u ", "ghp_", "AKIA", "sk-", "xoxb-", "AccountKey=", "name", "value", ",", "(", "<", ">", "PuTTY-User-Key-File-",
            "Private-Lines:", "\0", "\u00e9", "\ud800", "sig=", "Q~",
        "login ", "${", "example", "0123456789", "AAAAAAAA", "==", "\\n", "%3D", "dapi", ".atlasv1.", "T3BlbkFJ", "is ",
            "Authorization: Token ", "mysql -p", "sshpass -p ", "--password-stdin",
            "variable \"api_token\" {", "default = ", "|| ", "<![CDATA[", "</key><string>",
            "\"kty\"", "\"d\":", "heroku", "ENV ", "key: |\n  ",
    ];

    [Fact]
    public void AnyText_GivesOrderedPlacesWithinIt_AndMaskingLeavesNoneOfThem()
    {
        for (var seed = 1; seed <= 3000; seed++)
        {
            var text = Text(new Dice((ulong)seed));
            var hits = SecretDetector.Find(text);
            for (var i = 0; i < hits.Count; i++)
            {
                Assert.InRange(hits[i].Start, i == 0 ? 0 : hits[i - 1].Start + hits[i - 1].Length, text.Length - 1);
                Assert.InRange(hits[i].Length, 1, text.Length - hits[i].Start);
            }

            var masked = SecretDetector.Mask(text);
            foreach (var hit in hits.Where(hit => hit.Confidence == Confidence.High && hit.Length >= 24))
                Assert.DoesNotContain(text.Substring(hit.Start + hit.Shown, hit.Length - hit.Shown), masked, StringComparison.Ordinal);
        }
    }

    // Threat: thousands of anchors, each of which begins a run of thousands of characters. Read again at each of them, half a megabyte took
    // seconds and gigabytes.
    [Theory]
    [InlineData("MIIEpAIBAAKCAQEAq7BF/")]
    [InlineData("authorization:")]
    [InlineData("authorization=x9Q")]
    [InlineData("ops_eyJ/")]
    [InlineData("bedrock-api-key-/")]
    [InlineData("key_0/")]
    public void RunsOfAnchors_AreReadOnce(string part)
    {
        var text = string.Concat(Enumerable.Repeat(part, (512 * 1024 / part.Length) + 1));
        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = SecretDetector.Find(text);
        // About 100 bytes for each character, more while methods are compiled. A text that is read again at each anchor takes thousands.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 400L * text.Length);
    }

    // Texts that make a careless matcher go back, or look far ahead at each place. The bound is a hundred times what it takes.
    [Theory]
    [InlineData("eyJ")]
    [InlineData("eyJaaaaaaaaaa.")]
    [InlineData("-----BEGIN ")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----")]
    [InlineData("PuTTY-User-Key-File-")]
    [InlineData("key=")]
    [InlineData("key='")]
    [InlineData("password")]
    [InlineData("://a:b")]
    [InlineData("curl -u ")]
    [InlineData("Basic ")]
    [InlineData("a")]
    [InlineData("name: key ")]
    [InlineData("ghp_AKIAxoxb-")]
    [InlineData("<")]
    [InlineData("Q~")]
    [InlineData("token=\\\"")]
    [InlineData("Authorization: a")]
    [InlineData("Authorization: Token ")]
    [InlineData("mysql -p")]
    [InlineData("--password-stdin")]
    [InlineData("variable \"key\" {")]
    [InlineData("\"name\":\"key\",")]
    [InlineData("key: |\n  ")]
    [InlineData("key=f(")]
    [InlineData("\nkey a")]
    [InlineData("api key ")]
    [InlineData("\"kty\"\"d\":\"a")]
    [InlineData("'key','a")]
    [InlineData("MTNjOD")]
    [InlineData("https://a@")]
    public async Task HostileText_IsReadToItsEnd(string part)
    {
        // Quadratic work would take hours for 1 MiB.
        var secret = Drawn.GitHub(new Dice(2));
        var text = string.Concat(Enumerable.Repeat(part, (1 << 20) / part.Length)) + "\n" + secret;
        var reading = Task.Run(() => (SecretDetector.Find(text), SecretDetector.Mask(text)), TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => reading.IsCompleted, "the text is read");
        var (found, masked) = await reading;
        Assert.NotEmpty(found);
        Assert.DoesNotContain(secret, masked, StringComparison.Ordinal);
    }

    [Fact]
    public void LongText_IsSearchedToItsEnd()
    {
        var text = new string('a', 3 << 20) + "\n" + Drawn.GitHub(new Dice(2));
        Assert.Single(SecretDetector.Find(text));
        Assert.EndsWith("<github-token>", SecretDetector.Mask(text), StringComparison.Ordinal);
    }

    private static string Text(Dice dice)
    {
        var text = "";
        for (var count = 1 + dice.Next(30); count > 0; count--)
            text += dice.Next(3) == 0 ? Drawn.Text(dice, 1 + dice.Next(50)) : dice.Next(8) == 0 ? Drawn.Of(dice.Pick(SecretFormats.All.ToArray()),
                dice) : dice.Pick(Parts);
        return text;
    }
}
