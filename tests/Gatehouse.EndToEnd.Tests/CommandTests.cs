using System.Globalization;
using System.Text.Json;
using Gatehouse.Testing;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>The command as a person and a script meet it: exit codes, data on stdout, everything else on stderr.</summary>
public sealed class CommandTests
{
    [Theory]
    [InlineData("version", 0)]
    [InlineData("explain", 0)]
    [InlineData("explain gh4003", 0)]
    [InlineData("explain 3005", 0)]
    [InlineData("explain audit-log-succeeded", 0)]
    [InlineData("explain GH0000", 1)]
    [InlineData("explain 3999", 1)]
    [InlineData("pipeline show", 0)]
    [InlineData("config schema", 0)]
    [InlineData("config check --config /nowhere.yaml", 1)]
    [InlineData("serve --config /nowhere.yaml", 2)]
    [InlineData("doctor identity --config /nowhere.yaml", 2)]
    [InlineData("doctor links --config /nowhere.yaml", 2)]
    [InlineData("session list --state /nowhere", 3)]
    [InlineData("session revoke --state /nowhere", 2)]
    [InlineData("reload --state /nowhere", 3)]
    [InlineData("secret list --state /nowhere", 3)]
    [InlineData("secret remove a --state /nowhere", 3)]
    [InlineData("secret rotate --state /nowhere", 3)]
    [InlineData("secret set", 2)]
    [InlineData("--help", 0)]
    public async Task ExitCodes_AreTheDocumentedOnes(string arguments, int expected)
    {
        var (code, output, errors) = await RunAsync(arguments.Split(' '));
        Assert.True(expected == code, $"{code}: {output}{errors}");
        Assert.Equal(expected == 0, output.Length > 0);
        Assert.Equal(expected != 0, errors.Length > 0);
        Assert.DoesNotContain('\u001b', output + errors);
    }

    [Theory]
    [InlineData("GH9999", "; codes that begin with GH9: GH9001, GH9002")]
    [InlineData("GH4099", "; codes that begin with GH40: GH4001")]
    [InlineData("audit-log-suceeded", "; did you mean audit-log-succeeded?")]
    [InlineData("nothing-like-this-at-all", "does not exist\n")]
    public async Task ACodeThatDoesNotExist_IsReportedWithTheNearestOnes(string code, string near)
    {
        var (exit, _, errors) = await RunAsync("explain", code);
        Assert.Equal(1, exit);
        Assert.Contains($"the code {code} does not exist", errors, StringComparison.Ordinal);
        Assert.Contains(near, errors, StringComparison.Ordinal);
        Assert.Contains("docs/reference/errors.md", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_HasItsVersionAndKind()
    {
        foreach (var (arguments, kind) in new[] { ("version --json", "build"), ("explain --json", "reasons"), ("explain GH4003 --json", "reason"),
            ("explain 3005 --json", "operatorEvent"), ("pipeline show --json", "pipeline") })
        {
            using var json = JsonDocument.Parse((await RunAsync(arguments.Split(' '))).Output);
            Assert.Equal(1, json.RootElement.GetProperty("version").GetInt32());
            Assert.Equal(kind, json.RootElement.GetProperty("kind").GetString());
            Assert.True(json.RootElement.TryGetProperty(kind, out _));
        }
    }

    [Fact]
    public async Task Pipeline_IsShownInOneOrder_WithTheAdmissionStepsBetweenTheStages()
    {
        var lines = (await RunAsync("pipeline", "show")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        using var json = JsonDocument.Parse((await RunAsync("pipeline", "show", "--json")).Output);
        var places = json.RootElement.GetProperty("pipeline").EnumerateArray().ToList();
        List<string> names = [.. places.Select(static place => place.GetProperty("name").GetString()!)];
        Assert.Equal(names, lines.Select(static line => line.Trim().Split(' ')[0]));
        // The steps are indented, apart from the one that is a stage.
        Assert.Equal(places.Select(static place => place.GetProperty("kind").GetString() == "step"), lines.Select(static line => line[0] == ' '));
        Assert.All(places.Where(static place => place.GetProperty("kind").GetString() == "stage"),
            static place => Assert.NotEmpty(place.GetProperty("codes").EnumerateArray()));
        var before = names.IndexOf("inspect-request") + 1;
        Assert.Equal(names[before..names.IndexOf("forward")],
            places.Where(static place => place.TryGetProperty("reason", out var reason) && reason.GetString()!.Length > 0)
                .Select(static place => place.GetProperty("name").GetString()!));
        Assert.Equal("own-question", names[before]);
        Assert.Equal(["spend-approval", "forward", "inspect-response", "record"], names.TakeLast(4));
    }

    // Without the option the proposed command would read another configuration.
    [Fact]
    public async Task ARemedy_RepeatsTheConfigurationOfTheCommand_AlsoWithASpaceInItsPath()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse proposed-");
        var file = Path.Join(folder.FullName, "gatehouse.yaml");
        await File.WriteAllTextAsync(file,
            $"version: 1\npublicUrl: http://127.0.0.1:8080\nstate: \"{folder.FullName}\"\nissuers: [{{ issuer: \"http://127.0.0.1:1\" }}]\n"
            + "servers: { a: { url: \"http://127.0.0.1:2/mcp\" } }\n");
        try
        {
            foreach (var command in (string[][])[["consent", "list"], ["reload"]])
            {
                var (code, output, errors) = await RunAsync([.. command, "--config", file]);
                Assert.True(code == 3, output + errors);
                Assert.Contains($"gatehouse serve --config '{file}'", errors, StringComparison.Ordinal);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // The first gateway's store and log must not be opened by a second one that is started by mistake.
    [Fact]
    public async Task ASecondGateway_IsRefusedBeforeItOpensTheStore()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-second-");
        try
        {
            var state = Directory.CreateDirectory(Path.Join(folder.FullName, "state"), (UnixFileMode)0b111_000_000).FullName;
            var file = Path.Join(folder.FullName, "gatehouse.yaml");
            var url = $"http://127.0.0.1:{LoopbackPorts.Next().ToString(CultureInfo.InvariantCulture)}";
            await File.WriteAllTextAsync(file,
                $"version: 1\npublicUrl: {url}\nlisten: {{ url: \"{url}\" }}\nstate: {state}\nservers: {{ a: {{ url: \"{url}/mcp\" }} }}\n");
            await using var held = new FileStream(Path.Join(state, "gateway.lock"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
            var (code, _, errors) = await RunAsync("serve", "--dev", "--config", file);
            Assert.Equal(3, code);
            Assert.Contains("another gateway is running with this state folder", errors, StringComparison.Ordinal);
            Assert.Equal(["empty", "gateway.lock"], Directory.EnumerateFileSystemEntries(state).Select(Path.GetFileName).Order());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task AddressInUse_IsAFaultWithARemedy()
    {
        await using var other = await RecordingUpstream.StartAsync();
        var folder = Directory.CreateTempSubdirectory("gatehouse-busy-");
        try
        {
            var file = Path.Join(folder.FullName, "gatehouse.yaml");
            var url = other.Url.GetLeftPart(UriPartial.Authority);
            await File.WriteAllTextAsync(file,
                $"version: 1\npublicUrl: {url}\nlisten: {{ url: \"{url}\" }}\nstate: {folder.FullName}/state\nservers: {{ a: {{ url: \"{url}/mcp\" }} }}\n");
            var (code, _, errors) = await RunAsync("serve", "--dev", "--config", file);
            Assert.Equal(3, code);
            Assert.Contains("address already in use", errors, StringComparison.Ordinal);
            Assert.Contains("another process listens there", errors, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    [Trait("Requirement", "ID-02")]
    public async Task Doctor_SaysThatAProviderDoesNotAnswer()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-doctor-");
        var file = Path.Join(folder.FullName, "gatehouse.yaml");
        await File.WriteAllTextAsync(file,
            "version: 1\npublicUrl: http://127.0.0.1:8080\nissuers: [{ issuer: \"http://127.0.0.1:1\" }]\nservers: { a: { url: \"http://127.0.0.1:2/mcp\" } }\n"
                + "administration: { who: { groups: [admins] }, strengths: [none] }\n");
        try
        {
            var (code, output, errors) = await RunAsync(["doctor", "identity", "--config", file]);
            Assert.Equal(3, code);
            Assert.Contains("administration.strengths: administrators need no second factor", errors, StringComparison.Ordinal);
            Assert.Contains("fails   metadata", output, StringComparison.Ordinal);
            Assert.Contains("-> Check the name, the network", output, StringComparison.Ordinal);
            using var json = JsonDocument.Parse((await RunAsync(["doctor", "identity", "--config", file, "--json"])).Output);
            var issuer = json.RootElement.GetProperty("issuers")[0];
            Assert.False(issuer.GetProperty("reachable").GetBoolean());
            Assert.Equal("fails", issuer.GetProperty("verdict").GetString());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    [Trait("Requirement", "ID-01")]
    [Trait("Requirement", "G12")]
    public async Task RunningGateway_IsControlledThroughItsSocket()
    {
        await using var upstream = await RecordingUpstream.StartAsync();
        var folder = Directory.CreateTempSubdirectory("gatehouse-command-");
        var url = $"http://127.0.0.1:{LoopbackPorts.Next().ToString(CultureInfo.InvariantCulture)}";
        var config = Path.Combine(folder.FullName, "gatehouse.yaml");
        var state = Path.Combine(folder.FullName, "state");
        await File.WriteAllTextAsync(config,
            $"version: 1\npublicUrl: {url}\nlisten: {{ url: \"{url}\" }}\nstate: {state}\nservers:\n  up: {{ url: \"{upstream.Url}\" }}\npolicy:\n "
                + $" - id: all\n    permit: {{ anyone: true }}\n");
        await using (await HostedProcess.StartAsync(ProcessPlan.Dotnet(Repository.GatewayDll, "serve", "--dev", "--config", config)))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite,
                File.GetUnixFileMode(Path.Combine(state, "control.sock")) & (UnixFileMode)0x1ff);
            var (_, token, _) = await RunAsync("token", "--state", state, "--subject", "alice");
            Assert.Equal(3, token.Trim().Split('.').Length);
            // A script passes a variable that is not set.
            var (usage, _, empty) = await RunAsync("token", "--state", state, "--subject", "");
            Assert.Equal(2, usage);
            Assert.Contains("the value of --subject is empty", empty, StringComparison.Ordinal);

            using var http = new HttpMessageInvoker(new SocketsHttpHandler());
            using var request =
                new HttpRequestMessage(HttpMethod.Post, url + "/mcp/up")
                {
                    Content = new StringContent(
                        """{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}""", System.Text.Encoding.UTF8, "application/json")
                };
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token.Trim());
            request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
            using var answer = await http.SendAsync(request, CancellationToken.None);
            Assert.True(answer.Headers.Contains("Mcp-Session-Id"));

            var (_, listed, _) = await RunAsync("session", "list", "--state", state, "--json");
            var session = JsonDocument.Parse(listed).RootElement.GetProperty("sessions")[0].GetProperty("id").GetString()!;
            Assert.DoesNotContain(answer.Headers.GetValues("Mcp-Session-Id").Single(), listed, StringComparison.Ordinal);

            var (_, facts, _) = await RunAsync("status", "--state", state);
            var names = facts.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(':')[0]).ToList();
            Assert.Equal(["url", "ready", "generation", "definitions", "server.up"], names.Take(5));
            Assert.Equal(names.Skip(5).Order(StringComparer.Ordinal), names.Skip(5));

            // Without a terminal nobody can confirm, and there is no other proof here.
            var (refused, _, why) = await RunAsync("session", "revoke", session, "--state", state);
            Assert.Equal(1, refused);
            Assert.Contains("--token-file", why, StringComparison.Ordinal);

            Assert.Equal(0, (await RunAsync("reload", "--state", state)).Code);
            await File.AppendAllTextAsync(config, "unknown: 1\n");
            var (bad, _, faults) = await RunAsync("reload", "--state", state);
            Assert.Equal(1, bad);
            Assert.Contains("unknown", faults, StringComparison.Ordinal);
            Assert.Equal(0, (await RunAsync("drain", "--state", state, "--seconds", "5")).Code);
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    [Trait("Requirement", "RG-01")]
    public async Task NoSettingFlagOrVariable_CanLeaveOutAStage()
    {
        var (_, help, _) = await RunAsync("serve", "--help");
        var (_, schema, _) = await RunAsync("config", "schema");
        foreach (var word in new[] { "stage", "replace", "disable", "skip", "insecure", "unsafe", "bypass", "naive", "twin" })
        {
            Assert.DoesNotContain("--" + word, help, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain($"\"{word}", schema, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) =>
        OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, arguments));
}
