using System.Globalization;
using Gatehouse.Testing;

namespace Gatehouse.Tests.Processes;

/// <summary>The servers tests run against, each on a free port of loopback.</summary>
internal static class Servers
{
    /// <summary>The project's own fixture. Its address is its MCP endpoint.</summary>
    public static Task<HostedProcess> FixtureAsync(params string[] arguments) =>
        HostedProcess.StartAsync(ProcessPlan.Dotnet(Repository.FixtureDll, ["http", "--port", "0", .. arguments]));

    /// <summary>The reference server of the protocol's authors, of the legacy era. Its address is its port.</summary>
    public static Task<HostedProcess> EverythingAsync() => HostedProcess.StartAsync(
        Peers.Script("node_modules/@modelcontextprotocol/server-everything/dist/index.js", "streamableHttp")
            .With("PORT", LoopbackPorts.Next().ToString(CultureInfo.InvariantCulture)));

    /// <summary>The OpenID provider. Its address is the issuer.</summary>
    /// <param name="clientsFile">A file with clients beside those that it knows.</param>
    public static Task<HostedProcess> ProviderAsync(string? clientsFile = null) =>
        HostedProcess.StartAsync(clientsFile is null
            ? Peers.Script("oidc-provider.mjs") : Peers.Script("oidc-provider.mjs").With("CLIENTS_FILE", clientsFile));

    /// <summary>An OpenID provider as companies have it: no registration, no resource indicators, and a page with a form for the login.</summary>
    /// <param name="clientsFile">A file with the clients that were registered by hand.</param>
    public static Task<HostedProcess> PlainProviderAsync(string clientsFile) =>
        HostedProcess.StartAsync(Peers.Script("oidc-provider.mjs").With("CLIENTS_FILE", clientsFile).With("PLAIN", "1").With("LOGIN_FORM", "1"));

    /// <summary>
    /// The proxy that adds a token for a client that has none. What it listens on stands for <paramref name="target"/> at <c>/mcp</c>.
    /// </summary>
    public static Task<HostedProcess> InjectorAsync(string target, string token) =>
        HostedProcess.StartAsync(Peers.Script("injector.mjs").With("TARGET", target).With("MCP_TOKEN", token));
}
