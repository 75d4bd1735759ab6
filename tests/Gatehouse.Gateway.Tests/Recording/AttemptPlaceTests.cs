using System.Diagnostics;
using System.Net;
using System.Reflection;
using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Audit;
using Gatehouse.Audit.Search;
using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Tests.Local;
using Gatehouse.Gateway.Tests.SignIn;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;
using Gatehouse.Ipc;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>Each place at which a credential is presented records each attempt once, good or bad, with who and why (ID-08).</summary>
[Trait("Requirement", "ID-08")]
public sealed class AttemptPlaceTests
{
    private static readonly PeerAccount Own = new(7, PeerAccount.OwnUserId());
    private static readonly PeerAccount Other = new(4711, 65_534);

    [Fact]
    public async Task SignInsAndClients_AtTheAuthorizationServer()
    {
        await using var provider = await PeopleProvider.StartAsync();
        await using var gateway = await TestGateway.StartAsync(s => s with { AuthorizationServer = provider.Section }, keepState: true);
        var alice = await SignedInClient.CreateAsync(gateway, "alice");
        Assert.Equal(HttpStatusCode.OK, await alice.RefreshAsync());
        await alice.RevokeAsync(alice.AccessToken);
        using var client = new HttpClient { BaseAddress = new Uri(alice.Origin) };
        await PostAsync("/oauth/token", ("grant_type", "authorization_code"), ("code", "guess"), ("client_id", alice.ClientId));
        await PostAsync("/oauth/token", ("grant_type", "authorization_code"), ("client_id", "stranger"));
        await PostAsync("/oauth/introspect", ("token", "guess"), ("client_id", "stranger"));
        await PostAsync("/oauth/revoke", ("token", "guess"), ("client_id", "stranger"));
        await client.PostAsync(new Uri("/oauth/register", UriKind.Relative), new StringContent("{}"), TestContext.Current.CancellationToken);
        await client.GetAsync(new Uri("/oauth/callback/corp?state=x", UriKind.Relative), TestContext.Current.CancellationToken);
        await client.GetAsync(new Uri($"/oauth/callback/corp?code=c&state={new string('a', 43)}", UriKind.Relative), TestContext.Current.CancellationToken);

        var found = await AttemptSums.CloseAsync(gateway);
        Assert.Equal(1, found["registration pass"]);
        Assert.Equal(1, found["registration deny invalid_client_metadata"] + found.GetValueOrDefault("registration deny invalid_redirect_uri"));
        Assert.Equal((1, 2), (found["sign-in pass"], found.Where(one => one.Key.StartsWith("sign-in deny", StringComparison.Ordinal)).Sum(one => one.Value)));
        Assert.Equal((2, 2), (found["token pass"], found.Where(one => one.Key.StartsWith("token deny", StringComparison.Ordinal)).Sum(one => one.Value)));
        Assert.Equal((1, 1), (found["token deny invalid_client"], found["introspection deny invalid_client"]));
        Assert.Equal((1, 1), (found["revocation pass"], found["revocation deny invalid_client"]));
        var refused = gateway.Entries().Where(entry => ActOf(entry) == "oauth.client.refused").ToList();
        Assert.Equal(5, refused.Count); // two at the token endpoint, and one at each of the others
        Assert.All(refused, entry => Assert.Equal("127.0.0.1", entry.GetProperty("peer").GetString()));
        Assert.DoesNotContain(gateway.Entries(), entry => entry.GetRawText().Contains("guess", StringComparison.Ordinal));
        Directory.Delete(gateway.Host.State.Root, recursive: true);

        async Task PostAsync(string path, params (string Name, string Value)[] fields)
        {
            using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
            using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), form);
            Assert.False(answer.IsSuccessStatusCode);
        }
    }

    [Fact]
    public async Task AccountsAndAdministrationTokens_AtTheControlSocket()
    {
        await using var gateway = await TestGateway.StartAsync(
            s => s with { Administration = new AdministrationSettings { Who = new WhoClause { Subjects = new NameSet(["carol"]) } } }, keepState: true);
        var audience = gateway.Host.Snapshots.Current.Settings.AdministrationResource;
        var acts = GatewayAdministration.ControlOf(gateway.Host);
        for (var i = 0; i < 400; i++) Assert.NotNull(acts.Admit(Other));
        Assert.NotNull(acts.Admit(null));
        for (var i = 0; i < 3; i++) Assert.Null(acts.Admit(Own));
        Assert.True((await acts.HandleAsync(new ShowStatus(), Own)).Ok);
        foreach (var token in new[] { null, "junk", "junk", gateway.Token("carol"), gateway.Token("mallory", audience), gateway.Token("carol", audience) })
            await acts.HandleAsync(new RevokeTokens(RevocationKind.Subject, Issuer(gateway), "bob"), Own, token);
        // The reader has a good token and no right to read: the attempt holds, the act is refused, and its entry says why.
        await acts.HandleAsync(
            new FindLogGaps(new EntryFilter(), "review"), Own, gateway.Token("carol", audience));

        var found = await AttemptSums.CloseAsync(gateway);
        Assert.Equal((400, 1, 3), (found["control deny another-account"], found["control deny unknown-account"], found["control pass"]));
        Assert.Equal((1, 2, 1, 1, 2), (found["administration deny no-token"], found["administration deny Malformed"],
            found["administration deny AudienceMismatch"], found["administration deny not-an-administrator"], found["administration pass"]));
        var one = gateway.Entries().First(entry => ActOf(entry) == "control.refused");
        Assert.Equal(("account 65534", "4711", "another-account"),
            (one.GetProperty("peer").GetString(), one.GetProperty("process").GetString(), one.GetProperty("why").GetString()));
        Assert.Contains(gateway.Entries(), entry => ActOf(entry) == "entries.joined" && entry.GetProperty("peer").GetString() == "account 65534");
        Assert.Contains(gateway.Entries(), entry => ActOf(entry) == "control.audit.gaps" && entry.GetProperty("why").GetString() == "no-reading-right");
        Directory.Delete(gateway.Host.State.Root, recursive: true);
    }

    // Over the sockets themselves, as another account of this machine: the modes of folders and sockets were opened to all by mistake.
    [Fact]
    public async Task AnotherAccount_AtTheControlSocketAndTheHostSocket_IsRefusedAndNamed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && File.Exists("/usr/bin/setpriv") && File.Exists("/usr/bin/perl"),
            "Only root can be another account.");
        await using var host = await LocalHostFixture.StartAsync();
        foreach (var socket in new[] { host.Places.ControlSocket, host.Places.Socket })
        {
            Open(socket);
            ConnectAsNobody(socket);
        }

        await Eventually.TrueAsync(() => Refused().Count == 2, "both refusals are entries");
        foreach (var entry in Refused().Select(text => JsonDocument.Parse(text).RootElement))
        {
            Assert.Equal(("account 65534", "65534", "another-account"),
                (entry.GetProperty("peer").GetString(), entry.GetProperty("account").GetString(), entry.GetProperty("why").GetString()));
            Assert.True(int.Parse(entry.GetProperty("process").GetString()!, System.Globalization.CultureInfo.InvariantCulture) > 0);
        }

        await host.Host.DisposeAsync();
        var found = AttemptSums.Of(host.Entries().Select(text => JsonDocument.Parse(text).RootElement));
        Assert.Equal((1, 1), (found["control deny another-account"], found["host deny another-account"]));

        List<string> Refused() => [.. host.Entries().Where(text => text.Contains(".refused\"", StringComparison.Ordinal))];

        static void Open(string socket)
        {
            const UnixFileMode all = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite
                | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
            File.SetUnixFileMode(socket, all);
            var temporary = Path.GetTempPath().TrimEnd('/');
            for (var folder = Path.GetDirectoryName(socket); folder is { } path && path != temporary; folder = Path.GetDirectoryName(path))
                File.SetUnixFileMode(path, all | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }
    }

    [Fact]
    public async Task WrappersAndTheirTickets_AtTheHostSocket()
    {
        await using var host = await LocalHostFixture.StartAsync();
        await using (var wrapper = await host.WrapAsync()) await wrapper.InitializeAsync(); // the host knows the ticket of its child
        var connection = (await IpcConnection.TryConnectAsync(host.Places, TestContext.Current.CancellationToken))!;
        var stolen = new ClientHello { Name = "x", Ticket = "stolen" };
        await connection.Writer.WriteAsync(FrameKind.Hello, stolen.ToUtf8Json(), TestContext.Current.CancellationToken);
        Assert.Null(await connection.Reader.ReadAsync(FrameFormat.MaxHelloBytes, TestContext.Current.CancellationToken)); // closed
        await connection.DisposeAsync();
        await host.Host.DisposeAsync();
        var found = AttemptSums.Of(host.Entries().Select(text => JsonDocument.Parse(text).RootElement));
        Assert.Equal((3, 1), (found["host pass"], found["host deny unknown-ticket"])); // the wrapper, its child, and the last one
    }

    // A stream has its only entry when it ends. Until then its attempt is in a counted entry.
    [Fact]
    public async Task AStream_IsCountedWhenItBegins_AndNotAgainWhenItEnds()
    {
        await using var gateway = await TestGateway.StartAsync(keepState: true);
        var open = new TaskCompletionSource();
        gateway.Upstream.On("GET", async (context, _) =>
        {
            await RecordingUpstream.Events(context, ": open\n\n");
            open.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        var session = await gateway.InitializeAsync();
        var stream = gateway.CallAsync(gateway.Get(null, ("Mcp-Session-Id", session)));
        await open.Task.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        var found = await AttemptSums.CloseAsync(gateway);
        await stream.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.Equal(2, found["mcp pass"]); // initialize, and the stream
        var counted = Assert.Single(gateway.Entries(), entry => ActOf(entry) == "attempts.counted");
        Assert.Equal("alice", counted.GetProperty("sub").GetString());
        var ended = Assert.Single(gateway.Entries(), entry => entry.TryGetProperty("verb", out var verb) && verb.GetString() == "GET");
        Assert.False(ended.TryGetProperty("attempts", out _));
        Directory.Delete(gateway.Host.State.Root, recursive: true);
    }

    [Fact]
    public void ReasonsOfTokensAndSignIns_AreInTheClosedList()
    {
        Assert.All(Enum.GetNames<TokenRefusal>(), name => Assert.Contains(name, AttemptReasons.All));
        var faults = new SignInFaults("corp", isEntra: false);
        var codes = typeof(SignInFaults).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => method.ReturnType == typeof(SignInFault)).SelectMany(method => method.GetParameters() switch
            {
                [] => [method.Invoke(faults, [])],
                [{ ParameterType: { IsEnum: true } words }] => words.GetEnumValues().Cast<object>().Select(word => method.Invoke(faults, [word])),
                _ => throw new InvalidOperationException($"{method.Name} has other parameters"),
            }).Cast<SignInFault>().Select(fault => fault.Code)
            .Concat([SignInFaults.Gone.Code, SignInFaults.DeniedCode, EntraErrors.ConditionalAccess("corp").Code])
            .Concat(TableOf(typeof(EntraErrors))).Concat(TableOf(typeof(ProviderErrors))).ToHashSet(StringComparer.Ordinal);
        Assert.True(codes.Count > 50);
        Assert.All(codes, code => Assert.Contains(code, AttemptReasons.All));
    }

    // The codes that stand for errors of providers.
    private static IEnumerable<string> TableOf(Type errors) =>
        ((System.Collections.IDictionary)errors.GetField("Words", BindingFlags.NonPublic | BindingFlags.Static)!.GetValue(null)!).Values
            .Cast<(string Code, string Text)>().Select(one => one.Code);

    private static string Issuer(TestGateway gateway) => gateway.Host.Development!.TrustedIssuer.Profile.Issuer;

    private static string? ActOf(JsonElement entry) => entry.TryGetProperty("act", out var act) ? act.GetString() : null;

    private static void ConnectAsNobody(string socket)
    {
        const string script = "use IO::Socket::UNIX; my $s = IO::Socket::UNIX->new($ARGV[0]) or exit 3; my $answer = <$s>; exit 0;";
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/setpriv",
            ["--reuid=65534", "--regid=65534", "--clear-groups", "/usr/bin/perl", "-e", script, socket]))!;
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(30)));
        Assert.Equal(0, process.ExitCode);
    }
}
