using System.Security.Cryptography;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests.Webhooks;

/// <summary>Secrets of notifications: their one form at the start and at a reload, and a file that is replaced while the gateway runs.</summary>
[Trait("Requirement", "AZ-04")]
public sealed class WebhookSecretTests : IDisposable
{
    private const string Key = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqr"; // 33 bytes

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-secret-");

    public static TheoryData<string, string> Malformed => new()
    {
        { "no prefix", Key },
        { "another prefix", "WHSEC_" + Key },
        { "an asymmetric one", "whsk_" + Key },
        { "only the prefix", "whsec_" },
        { "too short", "whsec_" + Convert.ToBase64String(Bytes(23)) },
        { "too long", "whsec_" + Convert.ToBase64String(Bytes(65)) },
        { "no base64", "whsec_" + Key[..40] + "!!!!" },
        { "base64 of URLs", "whsec_" + "-_" + Key[2..] },
        { "without its padding", "whsec_" + Convert.ToBase64String(Bytes(32)).TrimEnd('=') },
        { "with a blank", "whsec_" + Key[..20] + " " + Key[20..] },
        { "with a line break", "whsec_" + Key[..20] + "\n" + Key[20..] },
        { "with bits behind the last byte", "whsec_" + Convert.ToBase64String(Bytes(32))[..42] + "B=" },
        { "hexadecimal", "whsec_" + Convert.ToHexString(Bytes(33)) + "0" },
    };

    public void Dispose() => folder.Delete(recursive: true);

    // Threat: a receiver reads the text of the secret otherwise than the gateway, or a short one is tried out; and the value is in an error.
    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task MalformedSecret_StopsTheStart_WithAnErrorThatNamesItsKeyAndNotItsValue(string form, string text)
    {
        Assert.NotEmpty(form);
        var file = Path.Combine(folder.FullName, "chat.secret");
        await WebhookSite.WriteSecretAsync(file, text);
        using var signer = new AnswerSigner();
        var webhook = new ApprovalWebhookSettings
        {
            Name = "chat",
            Url = new Uri("http://127.0.0.1:9/hook"),
            Secret = new SecretReference("file", file),
            Approvers = [new WebhookApprovers { Issuer = "https://login.example", Subjects = ["carol"], Keys = [signer.Key] }],
        };
        var fault = await Assert.ThrowsAsync<InvalidDataException>(
            () => TestGateway.StartAsync(s => s with { Approvals = s.Approvals with { Webhooks = [webhook] } }));
        RequireNames(fault.Message, file, text);
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task MalformedSecretAtAReload_LeavesTheOldConfigurationInForce(string form, string text)
    {
        Assert.NotEmpty(form);
        await using var hooks = await WebhookSite.StartAsync();
        var before = hooks.Site.Gateway.Host.Snapshots.Current.Generation;
        await WebhookSite.WriteSecretAsync(hooks.SecretFile(), text);
        var fault = Assert.Single(await hooks.ReloadAsync());
        RequireNames(fault, hooks.SecretFile(), text);
        RequireUnknown(text, hooks.Site.Gateway.Diagnostics);
        Assert.Equal(before, hooks.Site.Gateway.Host.Snapshots.Current.Generation);
        var (_, _, notice) = await hooks.AskAsync(); // with the secret that is in force
        Assert.Equal(0, hooks.Receiver.Forged);
        Assert.Equal(200, (await hooks.SendAsync(hooks.Answer(notice))).Status);
    }

    [Fact]
    public async Task SecretThatIsReplacedOnDisk_CountsFromTheReloadOn()
    {
        await using var hooks = await WebhookSite.StartAsync();
        var (first, _, notice) = await hooks.AskAsync();
        var next = RandomNumberGenerator.GetBytes(32);
        await WebhookSite.WriteSecretAsync(hooks.SecretFile(), "whsec_" + Convert.ToBase64String(next));
        Assert.Equal(200, (await hooks.SendAsync(hooks.Answer(notice))).Status);
        Assert.True((await first).TryGetProperty("result", out _));
        await hooks.Receiver.NextAsync("approval.ended"); // still with the old secret
        Assert.Empty(await hooks.ReloadAsync());
        hooks.Receiver.Key = next;
        var (_, id) = await hooks.Site.AskAsync("bob");
        Assert.Equal(id, (await hooks.Receiver.NextAsync("approval.asked", 2)).Text("approval"));
        Assert.Equal(0, hooks.Receiver.Forged);
    }

    [Fact]
    public async Task SecretThatIsMissing_OrThatOthersCanRead_AtAReload_LeavesTheOldConfigurationInForce()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes of files");
        await using var hooks = await WebhookSite.StartAsync();
        File.SetUnixFileMode(hooks.SecretFile(), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Assert.Contains(hooks.SecretFile(), Assert.Single(await hooks.ReloadAsync()), StringComparison.Ordinal);
        File.Delete(hooks.SecretFile());
        Assert.Contains(hooks.SecretFile(), Assert.Single(await hooks.ReloadAsync()), StringComparison.Ordinal);
        await hooks.AskAsync();
        Assert.Equal(0, hooks.Receiver.Forged);
    }

    private static void RequireNames(string fault, string file, string value)
    {
        Assert.StartsWith("approvals.webhooks[0].secret: the secret file:" + file + " ", fault, StringComparison.Ordinal);
        // A text of several lines is no secret of any kind.
        if (!value.Contains('\n', StringComparison.Ordinal))
            Assert.Contains("make one: echo \"whsec_$(openssl rand -base64 32)\"", fault, StringComparison.Ordinal);
        RequireUnknown(value, fault);
    }

    private static void RequireUnknown(string value, string text)
    {
        if (value.Length > "whsec_".Length) Assert.DoesNotContain(value[6..], text, StringComparison.Ordinal);
    }

    private static byte[] Bytes(int count) => [.. Enumerable.Range(1, count).Select(static one => (byte)one)];
}
