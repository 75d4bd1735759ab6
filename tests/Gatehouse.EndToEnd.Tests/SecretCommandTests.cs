using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Gatehouse.EndToEnd.Tests.Harness;
using Gatehouse.Testing;

namespace Gatehouse.EndToEnd.Tests;

/// <summary><c>gatehouse secret</c> with the program as it is delivered, beside a running gateway and without one.</summary>
[Trait("NoRetry", "yes")]
public sealed class SecretCommandTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-secret-");
    private readonly string canary = $"CaNaRy+/-{Guid.NewGuid():N}";

    private string State => Path.Join(folder.FullName, "state");

    [Fact]
    [Trait("Requirement", "SK-01")]
    public async Task FourCommands_SetListRotateAndRemove()
    {
        Assert.Equal((3, ""), Result(await RunAsync("list")));
        await SetAsync("github-token");
        await SetAsync("other");
        var (code, listed, _) = await RunAsync("list");
        Assert.Equal(0, code);
        var lines = listed.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["NAME", "github-token", "other"], lines.Select(line => line.Split(' ')[0]));
        var (before, after) = (await KeysAsync(), "");
        Assert.Single(before.Distinct());

        var rotated = await RunAsync("rotate");
        Assert.Equal(0, rotated.Code);
        after = Assert.Single((await KeysAsync()).Distinct());
        Assert.NotEqual(before[0], after);
        Assert.Contains($"2 secrets sealed again under the key {after}", rotated.Errors, StringComparison.Ordinal);

        Assert.Equal(0, (await RunAsync("remove", "other")).Code);
        var (missing, _, why) = await RunAsync("remove", "other");
        Assert.Equal(1, missing);
        Assert.Contains("there is no secret other", why, StringComparison.Ordinal);
        Assert.Single(await KeysAsync());
        Assert.Empty(LeakSearch.Find(canary, [LeakSearch.Text("list", listed), .. LeakSearch.Files(folder.FullName)]));
    }

    [Theory]
    [InlineData("set github-token VALUE")]
    [InlineData("set github-token --value VALUE")]
    [InlineData("set github-token --value=VALUE")]
    [InlineData("set github-token -- VALUE")]
    [InlineData("set github-token=VALUE")]
    [InlineData("set VALUE")]
    [InlineData("set VALUE VALUE")]
    [InlineData("remove VALUE")]
    [Trait("Requirement", "SK-01")]
    public async Task AValueInAnArgument_IsRefusedWithTheRemedy_AndNotRepeated(string line)
    {
        var (code, output, errors) = await RunAsync([.. line.Replace("VALUE", canary, StringComparison.Ordinal).Split(' ')], "typed\n");
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("replace", errors, StringComparison.Ordinal);
        Assert.Empty(LeakSearch.Find(canary, [LeakSearch.Text("errors", errors)]));
        Assert.False(Directory.Exists(State));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("\r\n", "empty")]
    [InlineData("one\ntwo", "several lines")]
    [InlineData("one\0two", "several lines")]
    [Trait("Requirement", "SK-01")]
    public async Task AValueThatIsNoSecretOfOneLine_IsRefused(string value, string fault)
    {
        var (code, _, errors) = await RunAsync(["set", "name"], value);
        Assert.Equal(1, code);
        Assert.Contains(fault, errors, StringComparison.Ordinal);
        Assert.Contains("nothing was set", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("two", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AValueOfTheMostBytes_IsTaken_AndNoLongerOne()
    {
        Assert.Equal(0, (await RunAsync(["set", "name"], new string('x', 16_384) + "\r\n")).Code);
        var (code, _, errors) = await RunAsync(["set", "name"], new string('x', 16_385));
        Assert.Equal(1, code);
        Assert.Contains("longer than 16384 bytes", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AValueInAFile_IsTaken_AndTheFileIsNamed()
    {
        var file = Path.Join(folder.FullName, "value");
        await File.WriteAllTextAsync(file, canary + "\n", TestContext.Current.CancellationToken);
        var (code, _, errors) = await RunAsync("set", "name", "--file", file);
        Assert.Equal(0, code);
        Assert.Contains($"{file} still holds the value", errors, StringComparison.Ordinal);
        // The path may be the value, given to the wrong option.
        (code, _, errors) = await RunAsync("set", "name", "--file", file + "-absent");
        Assert.Equal(1, code);
        Assert.Contains("the file that --file names is not there", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("-absent", errors, StringComparison.Ordinal);
        File.Delete(file);
        Assert.Empty(LeakSearch.Find(canary, LeakSearch.Files(folder.FullName)));
    }

    // The rest of a paste would be typed into the shell.
    [Fact]
    [Trait("Requirement", "SK-01")]
    public async Task APasteOfSeveralLines_SetsNothing_AndLeavesNothingForTheShell()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/script"), "The terminal of script(1).");
        var start = new ProcessStartInfo("/usr/bin/script",
            ["-qec", $"dotnet {Repository.GatewayDll} secret set typed --state {State}; echo \"code $?\"; read -t 1 rest; echo \"rest [$rest]\"", "/dev/null"])
        { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["SHELL"] = "/bin/bash" } };
        using var terminal = Process.Start(start)!;
        var shown = new StringBuilder();
        while (!shown.ToString().Contains("(not shown): ", StringComparison.Ordinal))
        {
            var next = new char[1];
            Assert.Equal(1, await terminal.StandardOutput.ReadAsync(next, TestContext.Current.CancellationToken));
            shown.Append(next);
        }

        await terminal.StandardInput.WriteAsync($"first\r{canary}\rlast\r");
        await terminal.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        shown.Append(await terminal.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        await terminal.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Contains("several lines", shown.ToString(), StringComparison.Ordinal);
        Assert.Contains("code 1", shown.ToString(), StringComparison.Ordinal);
        Assert.Contains("rest []", shown.ToString(), StringComparison.Ordinal);
        Assert.Empty(LeakSearch.Find(canary, [LeakSearch.Text("terminal", shown.ToString()), .. LeakSearch.Files(folder.FullName)]));
    }

    [Fact]
    [Trait("Requirement", "SK-01")]
    public async Task AValueThatIsTyped_IsNotShown()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/script"), "The terminal of script(1).");
        var start = new ProcessStartInfo("/usr/bin/script",
            ["-qec", $"dotnet {Repository.GatewayDll} secret set typed --state {State}", "/dev/null"])
        { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var terminal = Process.Start(start)!;
        var shown = new StringBuilder();
        while (!shown.ToString().Contains("(not shown): ", StringComparison.Ordinal))
        {
            var next = new char[1];
            Assert.Equal(1, await terminal.StandardOutput.ReadAsync(next, TestContext.Current.CancellationToken));
            shown.Append(next);
        }

        await terminal.StandardInput.WriteAsync("slip\u007f\u007f\u007f\u007f" + canary + "\r");
        await terminal.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        shown.Append(await terminal.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        await terminal.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Contains("set typed in", shown.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("slip", shown.ToString(), StringComparison.Ordinal);
        Assert.Empty(LeakSearch.Find(canary, [LeakSearch.Text("terminal", shown.ToString()), .. LeakSearch.Files(folder.FullName)]));

        await using var upstream = await RecordingUpstream.StartAsync();
        var (config, url) = await ConfigureAsync(upstream, "typed");
        await using var gateway = await ServeAsync(config);
        await CallAsync(url, await TokenAsync());
        Assert.Equal("Bearer " + canary, Credential(upstream));
    }

    [Fact]
    [Trait("Requirement", "SK-01")]
    [Trait("Requirement", "SK-02")]
    public async Task ARunningGateway_UsesTheSecret_AndNothingItWritesHoldsIt()
    {
        await using var upstream = await RecordingUpstream.StartAsync();
        var (config, url) = await ConfigureAsync(upstream, "github-token");
        var (code, _, faults) = await GatehouseAsync("serve", "--dev", "--config", config);
        Assert.Equal(3, code);
        Assert.Contains("servers.up.credential.value: the secret vault:github-token is not in the store", faults, StringComparison.Ordinal);
        Assert.Contains($"gatehouse secret set github-token --config {config}", faults, StringComparison.Ordinal);
        (code, _, faults) = await GatehouseAsync("config", "check", "--dev", "--config", config);
        Assert.Equal(1, code);
        Assert.Contains($"remedy: set it with: gatehouse secret set github-token --config {config}", faults, StringComparison.Ordinal);

        await SetAsync("github-token");
        List<(string, byte[])> written = [];
        var next = canary + "-next";
        await using (var gateway = await ServeAsync(config))
        {
            var token = await TokenAsync();
            await CallAsync(url, token);
            Assert.Equal("Bearer " + canary, Credential(upstream));
            written.AddRange(LeakSearch.Files(folder.FullName)); // with the journal of the open store

            // Rotation and change while the gateway runs; it takes both at the reload.
            Assert.Equal(0, (await RunAsync("rotate")).Code);
            await CallAsync(url, token);
            Assert.Equal(0, (await RunAsync(["set", "github-token"], next)).Code);
            Assert.Equal(0, (await GatehouseAsync("reload", "--state", State)).Code);
            await CallAsync(url, token);
            Assert.Equal("Bearer " + next, Credential(upstream));

            Assert.Equal(0, (await RunAsync("remove", "github-token")).Code);
            (code, _, faults) = await GatehouseAsync("reload", "--state", State);
            Assert.Equal(1, code);
            Assert.Contains("servers.up.credential.value", faults, StringComparison.Ordinal);
            Assert.Contains("gatehouse secret set github-token", faults, StringComparison.Ordinal);
            await CallAsync(url, token);
            Assert.Equal("Bearer " + next, Credential(upstream));

            written.AddRange(LeakSearch.Files(folder.FullName));
            if (OperatingSystem.IsLinux()) written.AddRange(LeakSearch.Arguments());
            foreach (var words in (string[][])[["status", "--state", State], ["config", "show", "--dev", "--config", config],
                ["config", "show", "--dev", "--config", config, "--json"], ["config", "check", "--dev", "--config", config],
                ["secret", "list", "--json", "--state", State]])
            {
                var (_, output, errors) = await GatehouseAsync(words);
                written.Add(LeakSearch.Text(string.Join(' ', words), output + errors));
            }

            written.Add(LeakSearch.Text("output of the gateway", gateway.Output));
        }

        written.AddRange(LeakSearch.Files(folder.FullName));
        Assert.Contains(written, place => place.Item1.EndsWith("gatehouse.db-wal", StringComparison.Ordinal));
        Assert.Contains(written, place => place.Item1.EndsWith(".journal", StringComparison.Ordinal));
        Assert.Empty(LeakSearch.Find(canary, written));
        Assert.Empty(LeakSearch.Find(next, written));
    }

    // The test of the search: a leak in each form is found, wherever it is.
    [Fact]
    [Trait("Requirement", "SK-01")]
    public async Task APlantedLeak_IsFound()
    {
        await SetAsync("github-token");
        var plain = Encoding.UTF8.GetBytes(canary);
        byte[][] leaks =
        [
            plain, [.. plain.Reverse()], Encoding.Unicode.GetBytes(canary), Encoding.BigEndianUnicode.GetBytes(canary),
            Encoding.ASCII.GetBytes(Convert.ToHexString(plain)), Encoding.ASCII.GetBytes(Convert.ToHexStringLower(plain)),
            Encoding.ASCII.GetBytes(Convert.ToBase64String([1, .. plain, 2, 3])), Encoding.ASCII.GetBytes(Convert.ToBase64String([1, 2, .. plain])),
            Encoding.ASCII.GetBytes(Uri.EscapeDataString(canary)), Encoding.ASCII.GetBytes(JsonEncodedText.Encode(canary).ToString()),
        ];
        foreach (var leak in leaks)
        {
            var file = Path.Join(State, "leak.log");
            await File.WriteAllBytesAsync(file, [0, 1, .. leak, 2], TestContext.Current.CancellationToken);
            Assert.Contains(LeakSearch.Find(canary, LeakSearch.Files(folder.FullName)), place => place.StartsWith(file, StringComparison.Ordinal));
            File.Delete(file);
        }

        Assert.Empty(LeakSearch.Find(canary, LeakSearch.Files(folder.FullName)));
        if (!OperatingSystem.IsLinux()) return;
        var start = new ProcessStartInfo("/bin/sh", ["-c", "read line", canary]) { RedirectStandardInput = true };
        using var process = Process.Start(start)!;
        Assert.Contains(LeakSearch.Find(canary, LeakSearch.Arguments()), place => place.Contains("plain", StringComparison.Ordinal));
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    [Trait("Requirement", "SK-02")]
    public async Task ARotationThatIsKilled_LeavesTheSecretsReadable_AndIsFinished()
    {
        var names = Enumerable.Range(0, 12).Select(number => $"name-{number.ToString(CultureInfo.InvariantCulture)}").ToList();
        foreach (var name in names) await SetAsync(name);
        var (ring, turn) = (Path.Join(State, "keyring.json"), Path.Join(State, "keyring.json.lock"));
        for (var round = 0; round < 4; round++)
        {
            // Killed when it takes its turn, and when it has replaced the ring; the tests of the store go through every further step.
            File.Delete(turn);
            var before = await File.ReadAllBytesAsync(ring, TestContext.Current.CancellationToken);
            using var process = Process.Start(Start(["secret", "rotate", "--state", State]))!;
            await Eventually.TrueAsync(
                () => process.HasExited || (round % 2 == 0 ? File.Exists(turn) : !File.ReadAllBytes(ring).AsSpan().SequenceEqual(before)),
                "the rotation begins");
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var rotated = await RunAsync("rotate");
        Assert.Equal(0, rotated.Code);
        Assert.Single((await KeysAsync()).Distinct());
        await using var upstream = await RecordingUpstream.StartAsync();
        var (config, url) = await ConfigureAsync(upstream, names[^1]);
        await using var gateway = await ServeAsync(config);
        await CallAsync(url, await TokenAsync());
        Assert.Equal("Bearer " + canary, Credential(upstream));
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static (int, string) Result((int Code, string Output, string Errors) run) => (run.Code, run.Output);

    private static string Credential(RecordingUpstream upstream) =>
        upstream.Received[^1].Headers.Single(header => header.Key == "X-Key").Value;

    private async Task SetAsync(string name)
    {
        var (code, output, errors) = await RunAsync(["set", name], canary + "\n");
        Assert.True(code == 0, errors);
        Assert.Empty(LeakSearch.Find(canary, [LeakSearch.Text("output", output + errors)]));
    }

    private async Task<IReadOnlyList<string>> KeysAsync()
    {
        using var json = JsonDocument.Parse((await RunAsync("list", "--json")).Output);
        Assert.Equal((1, "secrets"), (json.RootElement.GetProperty("version").GetInt32(), json.RootElement.GetProperty("kind").GetString()));
        var secrets = json.RootElement.GetProperty("secrets").EnumerateArray().ToList();
        Assert.All(secrets, secret => Assert.Equal(["name", "set", "key"], secret.EnumerateObject().Select(member => member.Name)));
        return [.. secrets.Select(secret => secret.GetProperty("key").GetString()!)];
    }

    private async Task<(string Config, string Url)> ConfigureAsync(RecordingUpstream upstream, string name)
    {
        var url = $"http://127.0.0.1:{LoopbackPorts.Next().ToString(CultureInfo.InvariantCulture)}";
        var config = Path.Join(folder.FullName, "gatehouse.yaml");
        await File.WriteAllTextAsync(config,
            $"version: 1\npublicUrl: {url}\nlisten: {{ url: \"{url}\" }}\nstate: {State}\nservers:\n  up:\n    url: \"{upstream.Url}\"\n"
            + $"    credential: {{ header: X-Key, prefix: \"Bearer \", value: vault:{name} }}\n"
            + "policy:\n  - id: all\n    permit: { anyone: true }\n");
        return (config, url);
    }

    private static Task<HostedProcess> ServeAsync(string config) =>
        HostedProcess.StartAsync(ProcessPlan.Dotnet(Repository.GatewayDll, "serve", "--dev", "--config", config));

    private async Task<string> TokenAsync() => (await GatehouseAsync("token", "--state", State)).Output.Trim();

    private static async Task CallAsync(string url, string token)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(HttpMethod.Post, url + "/mcp/up")
        {
            Content = new StringContent(
                "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
                + "\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}", Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        using var answer = await http.SendAsync(request, CancellationToken.None);
        Assert.True(answer.IsSuccessStatusCode, answer.ToString());
    }

    private static ProcessStartInfo Start(IReadOnlyList<string> words) => new("dotnet", [Repository.GatewayDll, .. words])
    { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };

    private static Task<(int Code, string Output, string Errors)> GatehouseAsync(params string[] words) => OneShot.RunAsync(Start(words), "");

    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] words) => RunAsync(words, "");

    private Task<(int Code, string Output, string Errors)> RunAsync(string[] words, string input) =>
        OneShot.RunAsync(Start(["secret", words[0], "--state", State, .. words[1..]]), input);
}
