using System.Collections.Concurrent;
using EntraStandIn;
using Gatehouse.Testing;
using Microsoft.Playwright;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Gatehouse.Samples.Tests;

/// <summary>The sample EntraLocalServer, as a stock client starts it. The browser that it opens writes down the address.</summary>
internal sealed class LocalServer
{
    private readonly Site site;
    private readonly ConcurrentQueue<string> errors = new();
    private readonly string address;

    public LocalServer(Site site, string clientId = Tenant.LocalServer)
    {
        this.site = site;
        var programs = Path.Join(site.Folder, "bin");
        address = Path.Join(site.Folder, "address");
        Directory.CreateDirectory(programs);
        // What a program says that the server starts must not come into the protocol.
        File.WriteAllText(Path.Join(programs, "xdg-open"), $"#!/bin/sh\necho noise\nprintf %s \"$1\" >'{address}.new'\nmv '{address}.new' '{address}'\n");
        File.SetUnixFileMode(Path.Join(programs, "xdg-open"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Settings = new Dictionary<string, string?>
        {
            ["PATH"] = programs + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH"),
            ["SUDO_USER"] = null, // MSAL opens no browser under sudo
            ["Entra__TenantId"] = Tenant.Id,
            ["Entra__ClientId"] = clientId,
            ["Entra__Instance"] = site.Entra.Origin,
            ["Entra__Graph"] = site.Entra.Origin,
            ["Entra__InstanceDiscovery"] = "false",
            ["Entra__TrustedCertificateFile"] = site.Entra.CertificateFile,
            ["Entra__CacheFolder"] = CacheFolder,
        };
    }

    /// <summary>The environment of the server.</summary>
    public Dictionary<string, string?> Settings { get; }

    public string CacheFolder => Path.Join(site.Folder, "cache");

    public static ProcessPlan Plan => ProcessPlan.Dotnet(BuiltSamples.Program("EntraLocalServer"));

    /// <summary>The text that the server wrote on stderr.</summary>
    public string Errors => string.Join('\n', errors);

    /// <summary>Starts it under the official C# SDK.</summary>
    public Task<McpClient> ConnectAsync() => McpClient.CreateAsync(new StdioClientTransport(new StdioClientTransportOptions
    {
        Command = Plan.File,
        Arguments = [.. Plan.Arguments],
        EnvironmentVariables = Settings,
        StandardErrorLines = errors.Enqueue,
    }));

    public static Task<CallToolResult> CallAsync(McpClient client) => client.CallToolAsync("GetUserDetailsFromGraph").AsTask();

    /// <summary>Waits until the server opens the browser, and does there what a person does.</summary>
    public async Task SignInAsync(IPage page, string person = "#alice", string? answer = "#accept")
    {
        await Eventually.TrueAsync(() => File.Exists(address), "the server opens the browser");
        var url = await File.ReadAllTextAsync(address);
        File.Delete(address);
        await page.GotoAsync(url);
        await page.Locator(person).ClickAsync();
        if (answer is not null) await page.Locator(answer).ClickAsync();
    }

    /// <summary>Waits for a line on stderr.</summary>
    public async Task<string> ErrorAsync(string text)
    {
        string? found = null;
        await Eventually.TrueAsync(() => (found = errors.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal))) is not null, text);
        return found!;
    }
}
