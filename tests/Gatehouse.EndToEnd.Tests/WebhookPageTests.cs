using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Gatehouse.EndToEnd.Tests.Harness;
using Gatehouse.Gateway.Tests;
using Gatehouse.Testing;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>
/// The commands and the signer of <c>docs/operators/webhooks.md</c>, as they are printed there: a person's answer is made with them and taken by
/// <c>gatehouse serve</c>.
/// </summary>
[Trait("Requirement", "AZ-04")]
public sealed partial class WebhookPageTests
{
    [Fact]
    public async Task SignerOfThePage_MakesAnAnswerThatIsTaken_AndTheSameWithAnotherKeyIsNot()
    {
        Peers.Require();
        Assert.SkipUnless(File.Exists("/usr/bin/openssl") && File.Exists("/usr/bin/curl"), "the commands of the page need openssl and curl");
        await using var team = await Team.StartAsync();
        var call = team.CallAsync();
        await File.WriteAllTextAsync(Path.Join(team.Folder, "notification.json"), await team.NotificationAsync());
        await team.RunAsync(Team.Line("openssl genpkey").Replace("signer.pem", "agent.pem", StringComparison.Ordinal));
        var sign = Team.Line("node sign.mjs");
        await team.RunAsync(sign.Replace("signer.pem", "agent.pem", StringComparison.Ordinal));
        Assert.Contains("\"code\":\"invalid-answer\"", await team.RunAsync(Team.Line("curl --silent")), StringComparison.Ordinal);
        Assert.Equal(0, team.Calls);
        await team.RunAsync(sign);
        Assert.Matches("^\\{\"v\":1,\"ok\":true,\"message\":\"apr-[0-9a-z]{10} is granted: one call with exactly this content, until ",
            await team.RunAsync(Team.Line("curl --silent")));
        Assert.Contains("\"result\"", (await call).Text, StringComparison.Ordinal);
        Assert.Equal(1, team.Calls);
    }

    private sealed partial class Team(OutsideIssuer issuer, RecordingUpstream upstream) : TeamGateway(issuer, upstream)
    {
        private readonly HttpListener receiver = new();
        private readonly Channel<string> bodies = Channel.CreateBounded<string>(16);
        private readonly string administration = Loopback();

        private static string Page { get; } = File.ReadAllText(Path.Join(Repository.Root, "docs", "operators", "webhooks.md"));

        public static async Task<Team> StartAsync()
        {
            var upstream = await RecordingUpstream.StartAsync();
            upstream.OnResult("tools/call", """{"resultType":"complete","content":[{"type":"text","text":"done"}]}""");
            var team = new Team(await OutsideIssuer.StartAsync(), upstream);
            await File.WriteAllTextAsync(Path.Join(team.Folder, "sign.mjs"), Signer().Match(Page).Groups[1].Value);
            await team.RunAsync(Line("echo \"whsec_"));
            await team.RunAsync(Line("openssl genpkey"));
            var key = await team.RunAsync(Line("openssl pkey"));
            var chat = Loopback();
            team.receiver.Prefixes.Add(chat + "/");
            team.receiver.Start();
            _ = team.TakeAsync();
            await team.ServeAsync("billing",
                $$"""
                administration: { strengths: [mfa], http: { listen: { url: "{{team.administration}}" } } }
                approvals:
                  webhooks:
                    - name: chat
                      url: {{chat}}/gatehouse
                      secret: file:{{team.Folder}}/chat.secret
                      arguments: true
                      approvers: [{ issuer: "{{team.Issuer}}", subjects: [bob, carol], groups: [billing-leads], keys: ["{{key}}"] }]
                policy:
                  - { id: pay, permit: { subjects: [ada] }, obligations: { approval: { expires: 15m } } }
                  - { id: pay-approvers, permit: { groups: [billing-leads], directions: [approvals] } }
                """);
            return team;
        }

        /// <summary>Returns the command of the page that begins so.</summary>
        public static string Line(string beginning) =>
            Page.Split('\n').Single(line => line.StartsWith("$ " + beginning, StringComparison.Ordinal))[2..];

        public Task<(int Status, string Text)> CallAsync() => CallAsync("ada", 1, "{\"amount\":10}");

        /// <summary>Waits for the notification of a question, and returns its body.</summary>
        public async Task<string> NotificationAsync()
        {
            using var late = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (true)
            {
                var body = await bodies.Reader.ReadAsync(late.Token);
                using var json = JsonDocument.Parse(body);
                if (json.RootElement.GetProperty("type").GetString() == "approval.asked") return body;
            }
        }

        /// <summary>Runs a command of the page in the folder, with the addresses of this gateway. Returns its output.</summary>
        public async Task<string> RunAsync(string command)
        {
            var line = command.Replace("https://login.example.com", Issuer, StringComparison.Ordinal)
                .Replace("https://admin.example.com", administration, StringComparison.Ordinal);
            var (code, output, errors) = await OneShot.RunAsync(new ProcessPlan(
                "/bin/sh", ["-c", $"cd '{Folder}' && PATH=\"{Path.GetDirectoryName(Repository.Node)}:$PATH\" && {line}"]));
            Assert.True(code == 0, $"{line}: {errors}");
            return output;
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            receiver.Close();
        }

        private static string Loopback() => $"http://127.0.0.1:{LoopbackPorts.Next().ToString(CultureInfo.InvariantCulture)}";

        private async Task TakeAsync()
        {
            try
            {
                while (true)
                {
                    var context = await receiver.GetContextAsync();
                    using var reader = new StreamReader(context.Request.InputStream);
                    var body = await reader.ReadToEndAsync();
                    var isProbe = ProbeRequests.IsProbe(body);
                    if (!isProbe) bodies.Writer.TryWrite(body);
                    context.Response.StatusCode = isProbe ? 404 : 204;
                    context.Response.Close();
                }
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        [GeneratedRegex("<!-- signer -->\n```js\n(.*?)\n```", RegexOptions.Singleline)]
        private static partial Regex Signer();
    }
}
