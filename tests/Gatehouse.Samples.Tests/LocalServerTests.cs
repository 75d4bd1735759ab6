using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EntraStandIn;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Gatehouse.Samples.Tests;

[Trait("Requirement", "EN-01")]
public sealed partial class LocalServerTests(Chromium chromium)
{
    [Fact]
    public async Task CSharpClient_GetsTheProfile_AfterASignInInChromium_AndTheNextStartAsksNobody()
    {
        await using var site = await Site.StartAsync();
        var server = new LocalServer(site);
        var page = await chromium.OpenAsync();
        await using (var client = await server.ConnectAsync())
        {
            var call = LocalServer.CallAsync(client);
            await server.SignInAsync(page);
            AssertAlice(await call);
        }

        await using (var client = await server.ConnectAsync()) AssertAlice(await LocalServer.CallAsync(client));
        Assert.Equal((1, 1, 2), (await site.RequestsAsync("authorize"), await site.RequestsAsync("token"), await site.RequestsAsync("graph")));
        Assert.Contains("broker of this platform is not available", server.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TypeScriptClient_GetsTheProfile_AfterASignInInChromium()
    {
        Peers.Require();
        await using var site = await Site.StartAsync();
        var server = new LocalServer(site);
        var page = await chromium.OpenAsync();
        var plan = Peers.Script("clients/ts-stdio.mjs", "--url", "v2", "--tool", "GetUserDetailsFromGraph", "--timeout", "120000")
            .With("MCP_COMMAND", JsonSerializer.Serialize<string[]>([LocalServer.Plan.File, .. LocalServer.Plan.Arguments]));
        foreach (var (name, value) in server.Settings) plan = plan.With(name, value ?? "");
        var client = OneShot.RunAsync(plan);
        await server.SignInAsync(page);
        var (code, output, errors) = await client;
        Assert.True(code == 0, output + errors);
        var line = JsonElement.Parse(output);
        Assert.Equal("alice@contoso.example", line.GetProperty("call").GetProperty("structuredContent").GetProperty("userPrincipalName").GetString());
    }

    // The person is elsewhere; the client's protocol must not carry a code that a model reads and passes on.
    [Fact]
    public async Task DeviceCode_IsWrittenToStderr_AndStdoutCarriesTheProtocolOnly()
    {
        await using var site = await Site.StartAsync();
        var server = new LocalServer(site, Tenant.LocalServerDevice);
        server.Settings["Entra__SignIn"] = "deviceCode";
        var page = await chromium.OpenAsync();
        using var process = Start(server);
        await SendAsync(process, """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}""");
        var first = await process.StandardOutput.ReadLineAsync();
        await SendAsync(process, """{"jsonrpc":"2.0","method":"notifications/initialized"}""");
        await SendAsync(process, """{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"GetUserDetailsFromGraph","arguments":{}}}""");
        var (message, read) = (Match.Empty, "");
        while (!message.Success)
        {
            read += await process.StandardError.ReadLineAsync() ?? throw new InvalidOperationException($"the server ended: {read}");
            message = DeviceMessage().Match(read);
        }

        await page.GotoAsync(message.Groups["page"].Value);
        await page.Locator("#code").FillAsync(message.Groups["code"].Value);
        await page.Locator("#next").ClickAsync();
        await page.Locator("#alice").ClickAsync();
        await page.Locator("#accept").ClickAsync();
        var second = await process.StandardOutput.ReadLineAsync();
        process.StandardInput.Close();
        var rest = await process.StandardOutput.ReadToEndAsync();
        Assert.All([first, second], line => Assert.Equal("2.0", JsonElement.Parse(line!).GetProperty("jsonrpc").GetString()));
        Assert.Contains("Alice Example", second, StringComparison.Ordinal);
        Assert.DoesNotContain(message.Groups["code"].Value, first + second + rest, StringComparison.Ordinal);
        Assert.Equal("", rest);
    }

    [Fact]
    public async Task WhatABrowserPrints_DoesNotComeIntoTheProtocol()
    {
        await using var site = await Site.StartAsync();
        var server = new LocalServer(site);
        var page = await chromium.OpenAsync();
        using var process = Start(server);
        await SendAsync(process, """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}""");
        await SendAsync(process, """{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"GetUserDetailsFromGraph","arguments":{}}}""");
        await server.SignInAsync(page);
        string[] lines = [(await process.StandardOutput.ReadLineAsync())!, (await process.StandardOutput.ReadLineAsync())!];
        process.StandardInput.Close();
        Assert.All(lines, line => Assert.Equal("2.0", JsonElement.Parse(line).GetProperty("jsonrpc").GetString()));
        Assert.Equal("", await process.StandardOutput.ReadToEndAsync());
    }

    [Fact]
    public async Task APersonWhoDeclines_LeavesTheModelWithAFixedText()
    {
        await using var site = await Site.StartAsync();
        var server = new LocalServer(site);
        var page = await chromium.OpenAsync();
        await using var client = await server.ConnectAsync();
        var call = LocalServer.CallAsync(client);
        await server.SignInAsync(page, answer: "#cancel");
        var text = TextOf(await call);
        Assert.Equal("The person did not sign in, or the sign-in was refused. The log of the server says more.", text);
        await server.ErrorAsync("access_denied");
    }

    [Fact]
    public async Task ARefreshTokenThatEnded_BringsThePersonBack()
    {
        await using var site = await Site.StartAsync();
        var server = new LocalServer(site);
        var page = await chromium.OpenAsync();
        await site.ChangeAsync(new JsonObject { ["tokenLife"] = 60 }); // MSAL refreshes what ends within five minutes
        await using var client = await server.ConnectAsync();
        var call = LocalServer.CallAsync(client);
        await server.SignInAsync(page);
        AssertAlice(await call);
        AssertAlice(await LocalServer.CallAsync(client));
        Assert.Equal((1, 2), (await site.RequestsAsync("authorize"), await site.RequestsAsync("token")));
        await site.ChangeAsync(new JsonObject { ["revokeRefreshTokens"] = true });
        call = LocalServer.CallAsync(client);
        await server.SignInAsync(page, answer: null);
        AssertAlice(await call);
        Assert.Equal(2, await site.RequestsAsync("authorize"));
    }

    [Fact]
    public async Task TooManyRequests_AreRepeatedAfterTheTimeThatGraphSays_AndALongWaitIsTheCallers()
    {
        await using var site = await Site.StartAsync();
        var server = new LocalServer(site);
        var page = await chromium.OpenAsync();
        await using var client = await server.ConnectAsync();
        await site.ChangeAsync(new JsonObject { ["throttleGraph"] = new JsonObject { ["count"] = 2, ["retryAfter"] = 1 } });
        var started = Stopwatch.GetTimestamp();
        var call = LocalServer.CallAsync(client);
        await server.SignInAsync(page);
        AssertAlice(await call);
        Assert.Equal(3, await site.RequestsAsync("graph"));
        Assert.True(Stopwatch.GetElapsedTime(started) >= TimeSpan.FromSeconds(2));
        await site.ChangeAsync(new JsonObject { ["throttleGraph"] = new JsonObject { ["count"] = 1, ["retryAfter"] = 3600 } });
        Assert.Equal("Microsoft Graph is busy. Try again in 3600 s.", TextOf(await LocalServer.CallAsync(client)));
        Assert.Equal(4, await site.RequestsAsync("graph"));
    }

    [Fact]
    public async Task TheCache_IsForThisAccountAlone_AndAnOpenFolderIsRefused()
    {
        await using var site = await Site.StartAsync();
        var server = new LocalServer(site);
        var page = await chromium.OpenAsync();
        await using (var client = await server.ConnectAsync())
        {
            var call = LocalServer.CallAsync(client);
            await server.SignInAsync(page);
            AssertAlice(await call);
        }

        const UnixFileMode Others = (UnixFileMode)0b000_111_111;
        Assert.All(Directory.EnumerateFileSystemEntries(server.CacheFolder).Append(server.CacheFolder),
            entry => Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(entry) & Others));
        File.SetUnixFileMode(server.CacheFolder, (UnixFileMode)0b111_101_101);
        await using (var client = await server.ConnectAsync())
            Assert.Equal("The token cache cannot be used. The log of the server says more.", TextOf(await LocalServer.CallAsync(client)));
        await server.ErrorAsync("chmod 700");
    }

    // CWE-295: without the file, the certificate of the stand-in is one that nothing vouches for.
    [Fact]
    public async Task ACertificateThatIsNotTrusted_EndsTheSignIn()
    {
        await using var site = await Site.StartAsync();
        var server = new LocalServer(site, Tenant.LocalServerDevice);
        server.Settings["Entra__TrustedCertificateFile"] = null;
        server.Settings["Entra__SignIn"] = "deviceCode";
        await using var client = await server.ConnectAsync();
        Assert.Equal("Microsoft Graph cannot be reached, or its answer is not usable.", TextOf(await LocalServer.CallAsync(client)));
        Assert.Equal(0, await site.RequestsAsync("devicecode"));
    }

    [Theory]
    [InlineData("TenantId", "", "Entra:TenantId is ''. Use the id of one tenant, or its domain.")]
    [InlineData("TenantId", "common", "Entra:TenantId is 'common'. Use the id of one tenant, or its domain.")]
    [InlineData("ClientId", "me", "Entra:ClientId is 'me'. Use the Application (client) ID of the registration.")]
    [InlineData("Instance", "http://localhost:1", "Entra:Instance is 'http://localhost:1'. Use an https address without a path.")]
    [InlineData("Graph", "https://localhost:1/v1.0", "Entra:Graph is 'https://localhost:1/v1.0'. Use an https address without a path.")]
    [InlineData("SignIn", "password", "Entra:SignIn is 'password'. Use interactive or deviceCode.")]
    [InlineData("Broker", "maybe", "Entra:Broker is 'maybe'. Use true or false.")]
    [InlineData("CacheFolder", "cache", "Entra:CacheFolder is not an absolute path.")]
    [InlineData("TrustedCertificateFile", "/nowhere.pem", "Entra:TrustedCertificateFile '/nowhere.pem' cannot be read as a certificate.")]
    [InlineData("ClientSecret", "x", "Entra:ClientSecret is not a setting.")]
    public async Task AWrongSetting_IsOneLine(string name, string value, string expected)
    {
        var plan = LocalServer.Plan.With("Entra__TenantId", Tenant.Id).With("Entra__ClientId", Tenant.LocalServer).With("Entra__" + name, value);
        var (code, output, errors) = await OneShot.RunAsync(plan);
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith("EntraLocalServer: " + expected, errors, StringComparison.Ordinal);
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void TheSample_HasUnder600Lines() => Assert.InRange(
        Directory.EnumerateFiles(Path.Join(Repository.Root, "samples", "EntraLocalServer"), "*.cs").Sum(static file => File.ReadLines(file).Count()), 1, 599);

    private static void AssertAlice(CallToolResult result)
    {
        Assert.NotEqual(true, result.IsError);
        var profile = result.StructuredContent!.Value;
        Assert.Equal(["displayName", "givenName", "surname", "userPrincipalName", "mail", "jobTitle", "officeLocation"],
            profile.EnumerateObject().Select(static member => member.Name));
        Assert.Equal("alice@contoso.example", profile.GetProperty("userPrincipalName").GetString());
    }

    private static string TextOf(CallToolResult result)
    {
        const string Prefix = "An error occurred invoking 'GetUserDetailsFromGraph': "; // of the SDK
        Assert.True(result.IsError);
        var text = Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text;
        Assert.StartsWith(Prefix, text, StringComparison.Ordinal);
        return text[Prefix.Length..];
    }

    private static Process Start(LocalServer server)
    {
        var start = new ProcessStartInfo(LocalServer.Plan.File, LocalServer.Plan.Arguments)
        { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in server.Settings) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static async Task SendAsync(Process process, string line)
    {
        await process.StandardInput.WriteLineAsync(line);
        await process.StandardInput.FlushAsync();
    }

    [GeneratedRegex("open the page (?<page>https://[^ ]+) and enter the code (?<code>[A-Z]+) ")]
    private static partial Regex DeviceMessage();
}
