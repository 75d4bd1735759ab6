using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.Identity.Redirects;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.AuthorizationServer.Tests.Clients;

[Trait("NoRetry", "yes")]
public sealed class ClientWarningsTests
{
    private static readonly AuthorizationServerSettings Settings = new()
    {
        Providers = [],
        ClientDocumentHosts = ["vscode.dev", "claude.ai"],
        Clients =
        [
            new()
            {
                Id = "https://claude.ai/oauth/mcp-oauth-client-metadata", Name = "Claude", RedirectUris = ["https://claude.ai/api/mcp/auth_callback"],
            },
            new() { Id = "payroll", Name = "Payroll Assistant", RedirectUris = ["https://payroll.corp.example/cb"] },
        ],
    };

    private static readonly KnownNames Known = KnownNames.Of(Settings, "mcp.corp.example", ["github", "warehouse"]);

    public static TheoryData<string, string, string?, string> OrdinaryClients => new()
    {
        { "Visual Studio Code", "https://vscode.dev/oauth/client-metadata.json", "vscode.dev", "https://vscode.dev/redirect" },
        { "Visual Studio Code", "https://vscode.dev/oauth/client-metadata.json", "vscode.dev", "http://127.0.0.1:33418/" },
        { "VS Code", "client-1", null, "http://127.0.0.1:33418/" },
        { "Claude", "https://claude.ai/oauth/mcp-oauth-client-metadata", "claude.ai", "https://claude.ai/api/mcp/auth_callback" },
        { "Claude Code", "https://claude.ai/oauth/claude-code-client-metadata", "claude.ai", "http://localhost:55611/callback" },
        { "Claude Code (warehouse)", "client-2", null, "http://localhost:55611/callback" },
        { "Cursor", "client-3", null, "cursor://anysphere.cursor-mcp/oauth/callback" },
        { "ChatGPT", "https://chatgpt.com/oauth/client.json", "chatgpt.com", "https://chatgpt.com/connector_platform_oauth_redirect" },
        { "MCP Inspector", "client-4", null, "http://localhost:6274/oauth/callback" },
        { "mcp-remote", "client-5", null, "http://127.0.0.1:3334/oauth/callback" },
        { "Windsurf", "client-6", null, "http://127.0.0.1:1/cb" },
        { "Goose", "client-7", null, "http://127.0.0.1:1/cb" },
        { "Zed", "client-8", null, "http://127.0.0.1:1/cb" },
        { "Gemini CLI MCP Client", "client-9", null, "http://localhost:7777/oauth/callback" },
        { "GitHub Copilot", "client-10", null, "http://127.0.0.1:1/cb" },
        { "LibreChat", "https://librechat.example/c", "librechat.example", "https://librechat.example/cb" },
        { "Помощник", "client-11", null, "http://127.0.0.1:1/cb" },
        { "文件助手", "client-12", null, "http://127.0.0.1:1/cb" },
        { "Größenwächter", "client-13", null, "http://127.0.0.1:1/cb" },
    };

    [Theory]
    [MemberData(nameof(OrdinaryClients))]
    [Trait("Requirement", "C16")]
    public void OrdinaryClients_CauseNoFalseWarning(string name, string id, string? host, string redirect)
    {
        ClientWarningKind[] statements = [ClientWarningKind.LoopbackOnly, ClientWarningKind.UnvouchedName];
        Assert.DoesNotContain(Of(Client(name, id, host, redirect), redirect), warning => !statements.Contains(warning.Kind));
    }

    [Theory]
    [InlineData("Claude", "Claude")]
    [InlineData("claude", "Claude")]
    [InlineData("CIaude", "Claude")]
    [InlineData("C1aude", "Claude")]
    [InlineData("Clаude", "Claude")]
    [InlineData("Сlaude", "Claude")]
    [InlineData("Ｃｌａｕｄｅ", "Claude")]
    [InlineData("C l a u d e", "Claude")]
    [InlineData("Cla\u200bude", "Claude")]
    [InlineData("Claudé", "Claude")]
    [InlineData("Cluade", "Claude")]
    [InlineData("Claudee", "Claude")]
    [InlineData("Payroll Asistant", "Payroll Assistant")]
    [InlineData("PayroII Assistant", "Payroll Assistant")]
    [InlineData("payroll-assistant", "Payroll Assistant")]
    [InlineData("GitHub", "github")]
    [InlineData("Warehouse", "warehouse")]
    [InlineData("Gatehouse", "Gatehouse")]
    [InlineData("mcp.corp.example", "mcp.corp.example")]
    [Trait("Requirement", "C16")]
    public void NameThatLooksLikeAKnownOne_IsWarnedOf(string name, string known)
    {
        var registered = Client(name, "client-x", null, "http://127.0.0.1/cb");
        Assert.Contains(new ClientWarning(ClientWarningKind.LookAlikeName, name, known), Of(registered, "http://127.0.0.1/cb"));
        var document = Client(name, "https://evil.example/c", "evil.example", "https://evil.example/cb");
        Assert.Contains(new ClientWarning(ClientWarningKind.LookAlikeName, name, known), Of(document, "https://evil.example/cb"));
    }

    // The host vouches for both documents, and cannot say which of its users wrote the second.
    [Fact]
    [Trait("Requirement", "C16")]
    public void AnotherDocumentOfTheSameHost_WithTheSameName_IsWarnedOf()
    {
        var other = Client("Claude", "https://claude.ai/users/mallory/client.json", "claude.ai", "http://127.0.0.1/cb");
        Assert.Contains(new ClientWarning(ClientWarningKind.LookAlikeName, "Claude", "Claude"), Of(other, "http://127.0.0.1/cb"));
    }

    [Theory]
    [InlineData("c1aude.ai", "claude.ai")]
    [InlineData("ciaude.ai", "claude.ai")]
    [InlineData("claude.io", "claude.ai")]
    [InlineData("claudee.ai", "claude.ai")]
    [InlineData("claude.ai.evil.example", "claude.ai")]
    [InlineData("claude-ai.evil.example", "claude.ai")]
    [InlineData("vscode-dev.evil.example", "vscode.dev")]
    [InlineData("xn--clude-3ve.ai", "claude.ai")]
    [InlineData("vsc0de.dev", "vscode.dev")]
    [InlineData("payroil.corp.example", "payroll.corp.example")]
    [Trait("Requirement", "C16")]
    public void HostThatLooksLikeAKnownOne_IsWarnedOf(string host, string known)
    {
        var warning = new ClientWarning(ClientWarningKind.LookAlikeHost, host, known);
        Assert.Contains(warning, Of(Client("Tool", $"https://{host}/c", host, $"https://{host}/cb"), $"https://{host}/cb"));
        Assert.Contains(warning, Of(Client("Tool", "client-x", null, $"https://{host}/cb"), $"https://{host}/cb"));
    }

    [Theory]
    [InlineData("auth.claude.ai")]
    [InlineData("claude.ai")]
    [InlineData("mcp2.corp.example")]
    [InlineData("cursor.com")]
    [InlineData("chatgpt.com")]
    [InlineData("app.example")]
    public void OtherHosts_AreNotWarnedOf(string host) =>
        Assert.DoesNotContain(Of(Client("Tool", $"https://{host}/c", host, $"https://{host}/cb"), $"https://{host}/cb"),
            warning => warning.Kind == ClientWarningKind.LookAlikeHost);

    [Theory]
    [InlineData("Сursor", true)]
    [InlineData("Cursοr", true)]
    [InlineData("Cursor", false)]
    [InlineData("Курсор", false)]
    [InlineData("Cursor Курсор", false)]
    [InlineData("Müller β-Tool", false)]
    public void WordThatMixesScripts_IsWarnedOf(string name, bool isWarned) =>
        Assert.Equal(isWarned, Of(Client(name, "client-x", null, "http://127.0.0.1/"), "http://127.0.0.1/")
            .Contains(new ClientWarning(ClientWarningKind.MixedScripts, name)));

    [Theory]
    [InlineData("xn--bcher-kva.example", "bücher.example")]
    [InlineData("xn--80ak6aa92e.com", "аррӏе.com")]
    [InlineData("xn--fiqs8s.example", "中国.example")]
    [InlineData("xn--.example", "xn--.example")]
    [InlineData("xn--99999999.example", "xn--99999999.example")]
    public void HostWithPunycode_IsShownWithItsLetters(string host, string letters) =>
        Assert.Contains(new ClientWarning(ClientWarningKind.Punycode, host, letters),
            Of(Client("Tool", $"https://{host}/c", host, "http://127.0.0.1/"), "http://127.0.0.1/"));

    [Fact]
    [Trait("Requirement", "C16")]
    public void LoopbackOnlyAndUnvouched_AreSaid()
    {
        var kinds = Of(Client("Tool", "client-x", null, "http://127.0.0.1/"), "http://127.0.0.1:5/").Select(warning => warning.Kind);
        Assert.Equal([ClientWarningKind.LoopbackOnly, ClientWarningKind.UnvouchedName], kinds);
        Assert.Empty(Of(Client("Tool", "https://app.example/c", "app.example", "https://app.example/cb"), "https://app.example/cb"));
    }

    [Theory]
    [InlineData("Tool", "http://127.0.0.1:1/cb", "")]
    [InlineData("Tool", "http://localhost:9/cb", "")]
    [InlineData("Tool 2", "http://127.0.0.1:1/cb", "NameChanged")]
    [InlineData("Tool", "https://app.example/cb", "RedirectChanged")]
    [InlineData("tool", "cursor://x", "NameChanged RedirectChanged")]
    [InlineData("Tool", "garbage", "RedirectChanged")]
    public void ChangeSinceTheLastConsent_IsSaid(string nameThen, string redirectThen, string expected)
    {
        ClientWarningKind[] changes = [ClientWarningKind.NameChanged, ClientWarningKind.RedirectChanged];
        var last = new ConsentRow("corp:alice", "client-x", nameThen, redirectThen, "r", "s", default, default);
        var warnings = Of(Client("Tool", "client-x", null, "http://127.0.0.1/cb"), "http://127.0.0.1:7/cb", last);
        Assert.Equal(expected, string.Join(' ', warnings.Select(warning => warning.Kind).Where(kind => changes.Contains(kind))));
    }

    [Fact]
    public void ConfiguredClient_ImitatesNobody()
    {
        var client = Client("Claude", "other", null, "https://c1aude.ai/cb") with { Origin = ClientOrigin.Configured };
        Assert.Empty(Of(client, "https://c1aude.ai/cb"));
    }

    private static readonly ClientWarningKind[] Gravest =
    [
        ClientWarningKind.LookAlikeName, ClientWarningKind.LookAlikeHost, ClientWarningKind.MixedScripts, ClientWarningKind.Punycode,
        ClientWarningKind.LoopbackOnly,
    ];

    [Fact]
    public void AnyNameAndHost_GiveEachWarningOnce_TheGravestFirst_AndNoHostWithOtherLettersIsMissed()
    {
        var dice = new Dice(1007);
        for (var round = 0; round < 3_000; round++)
        {
            var name = string.Concat(Enumerable.Range(0, 1 + dice.Next(40)).Select(_ => (char)dice.Next(0x10000)));
            var label = string.Concat(Enumerable.Range(0, 1 + dice.Next(40)).Select(_ => "abcdefghijklmnopqrstuvwxyz0123456789-"[dice.Next(37)]));
            var host = (dice.OneIn(2) ? "xn--" : "") + label + ".example";
            var warnings = Of(Client(name, "client-x", host, "http://127.0.0.1/"), "http://127.0.0.1/");
            var kinds = warnings.Select(warning => warning.Kind).ToList();
            Assert.Equal(Gravest.Where(kinds.Contains), kinds);
            Assert.Equal(host.StartsWith("xn--", StringComparison.Ordinal) ? [host] : [],
                warnings.Where(warning => warning.Kind == ClientWarningKind.Punycode).Select(warning => warning.Shown));
            Assert.Equal(ClientWarningKind.LoopbackOnly, kinds[^1]);
        }
    }

    private static System.Collections.Immutable.ImmutableArray<ClientWarning> Of(OAuthClient client, string redirect, ConsentRow? last = null)
    {
        Assert.True(RedirectUri.TryParse(redirect, out var uri, out _));
        return ClientWarnings.Of(client, uri, last, Known);
    }

    private static OAuthClient Client(string name, string id, string? host, string redirect) => new()
    {
        Id = id,
        Name = name,
        Origin = host is null ? ClientOrigin.Registered : ClientOrigin.Document,
        VouchingHost = host,
        RedirectUris = [redirect],
        IsLoopbackOnly = RedirectUris.AreLoopback([redirect]),
    };
}
