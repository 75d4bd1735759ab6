using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Gatehouse.Audit.Tests.Verification;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.EndToEnd.Tests;

/// <summary><c>gatehouse witness</c> as its operator runs it, and as it is killed.</summary>
[Trait("Requirement", "AU-02")]
[Trait("NoRetry", "yes")]
public sealed class WitnessCommandTests : IDisposable
{
    private const int Rounds = 4;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-witness-");
    private readonly EvidenceFolder evidence = new();
    private readonly NoteSigner signer = NoteSigner.Ecdsa("gateway.example/audit/1", ECDsa.Create(ECCurve.NamedCurves.nistP256));
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false });

    private string State => Path.Join(folder.FullName, "state");

    public void Dispose()
    {
        http.Dispose();
        signer.Dispose();
        evidence.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task AWitness_KilledAgainAndAgain_NeverKnowsLessThanItCosigned()
    {
        var log = evidence.Add(700, 690, signer);
        await InitAsync(log);
        var cosigned = 0;
        for (var round = 0; round < Rounds; round++)
        {
            await using var witness = await ServeAsync();
            var known = await KnownAsync(witness, log);
            Assert.True(known >= cosigned, $"the witness knows {known}, and cosigned {cosigned}");
            // It is killed while requests are under way: the first one that gets no answer ends the round.
            var killed = Task.Run(() => KillAfter(witness, answered: 5 + round));
            var next = known;
            while (await TryAddAsync(witness, log, next, next + 1)) cosigned = ++next;
            await killed;
            answers = 0;
        }

        await using var last = await ServeAsync();
        var size = await KnownAsync(last, log);
        Assert.True(size >= cosigned && cosigned > 0, $"the witness knows {size}, and cosigned {cosigned}");
        log.Entries[0] = BuiltLog.Entry(1, new() { ["act"] = "other" });
        Assert.Equal(422, await StatusAsync(last, Request(log, size, size + 10)));
    }

    [Fact]
    public async Task TheCommands_MakeServeAndShow_AndTheVerifierNamesTheOperator()
    {
        var log = evidence.Add(300, 290, signer);
        var keys = await InitAsync(log);
        Assert.Equal((1, ""), Output(await RunAsync("add", "--log", log.File_("log.vkeys"), "--state", State)));
        Assert.Equal(2, (await RunAsync("add", "--log", log.File_("checkpoint"), "--state", State)).Code);
        Assert.Equal(2, (await RunAsync("serve", "--state", State, "--listen", "http://0.0.0.0:0")).Code);
        Assert.Equal(2, (await RunAsync("serve", "--state", State, "--listen", "ftp://127.0.0.1")).Code);
        Assert.Equal(3, (await RunAsync("serve", "--state", State + "-none")).Code);
        await using (var witness = await ServeAsync())
        {
            Assert.Equal(3, (await RunAsync("show", "--state", State)).Code); // one process has the folder
            using var reply = await http.PostAsync(new Uri(witness.Address + "add-checkpoint"), new StringContent(Request(log, 0, 290)),
                TestContext.Current.CancellationToken);
            var lines = await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Directory.CreateDirectory(log.File_("cosigned"));
            // The signature of the log is made again for each note, so the request's own note is not used.
            await File.WriteAllTextAsync(log.File_("cosigned/independent"), log.Checkpoint(290) + lines, TestContext.Current.CancellationToken);
        }

        var (code, output, errors) = await RunAsync("show", "--state", State);
        Assert.True(code == 0 && output.Contains("gateway.example/audit/1\n  cosigned to size 290\n  root ", StringComparison.Ordinal), output + errors);
        var file = Path.Join(folder.FullName, "witness.vkeys");
        await File.WriteAllTextAsync(file, keys, TestContext.Current.CancellationToken);
        (code, output, errors) = await VerifyAsync("--key", signer.Key.ToString(), "--cosigner", file, "--witness-required");
        Assert.True(code == 0, output + errors);
        Assert.Contains("in cosigned/independent, cosigned by witness.example/w1 (Example Org, internal audit) at ", output, StringComparison.Ordinal);
        Assert.Contains("A witness on the operator's own machine proves nothing.", output, StringComparison.Ordinal);
        using var json = JsonDocument.Parse((await VerifyAsync("--key", signer.Key.ToString(), "--cosigner", file, "--json")).Output);
        var cosigned = Assert.Single(json.RootElement.GetProperty("auditLog").GetProperty("logs")[0].GetProperty("cosigned").EnumerateArray()).GetString()!;
        Assert.StartsWith("witness.example/w1 (Example Org, internal audit) at ", cosigned, StringComparison.Ordinal);
        Assert.EndsWith(": size 290 in cosigned/independent", cosigned, StringComparison.Ordinal);
        Directory.Delete(log.File_("cosigned"), recursive: true);
        (code, output, _) = await VerifyAsync("--key", signer.Key.ToString(), "--cosigner", file, "--witness-required");
        Assert.Equal(1, code);
        Assert.Contains(": cosignature: the witness witness.example/w1 (Example Org, internal audit) cosigned neither", output, StringComparison.Ordinal);
        Assert.Equal(2, (await VerifyAsync("--cosigner", signer.Key.ToString())).Code);
        Assert.Equal(2, (await VerifyAsync("--witness-required")).Code);
    }

    [Theory]
    [InlineData("show")]
    [InlineData("serve")]
    [InlineData("add --log KEYS")]
    public async Task AFolderWithATypo_IsNotMade_AndAnEmptyOneStaysEmpty(string line)
    {
        var log = evidence.Add(10, 10, signer);
        string[] words = [.. line.Replace("KEYS", log.File_("log.vkeys"), StringComparison.Ordinal).Split(' '), "--state"];
        var (code, output, errors) = await RunAsync([.. words, State]);
        Assert.True(code == 3 && output.Length == 0, output + errors);
        Assert.Contains($"there is no folder {State}\n  compare the folder of --state, or make a witness with: gatehouse witness init", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(State));
        Directory.CreateDirectory(State);
        (code, _, errors) = await RunAsync([.. words, State]);
        Assert.True(code == 3 && errors.Contains($"the folder {State} has no witness", StringComparison.Ordinal), errors);
        Assert.Empty(Directory.EnumerateFileSystemEntries(State));
    }

    [Theory]
    [InlineData("bad name", "Example Org", "--name: 'bad name' is no name of a witness: it is empty, or has a space or a plus sign\n  give a host name and a path")]
    [InlineData("w.example/1", " ", "--operator: the words are missing, longer than 200 characters, or more than one line\n  give the person")]
    public async Task AnOptionOfANewWitnessThatCannotBeUsed_IsNamed(string name, string operatorName, string says)
    {
        var (code, output, errors) = await RunAsync("init", "--name", name, "--operator", operatorName, "--state", State);
        Assert.True(code == 2 && output.Length == 0, output + errors);
        Assert.Contains(says, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(State));
    }

    [Fact]
    public async Task AFileOrAddressThatCannotBeUsed_IsNamed_WithTheNextStep()
    {
        var log = evidence.Add(10, 10, signer);
        await InitAsync(log);
        var (code, _, errors) = await RunAsync("add", "--log", "nofile", "--state", State);
        Assert.True(code == 3 && errors.Contains("--log: nofile does not exist\n  give the file log.vkeys", StringComparison.Ordinal), errors);
        (code, _, errors) = await RunAsync("init", "--name", "w.example/2", "--operator", "Example Org", "--state", State);
        Assert.True(code == 1 && errors.Contains("the folder has a witness already; its keys are kept\n  see it with: gatehouse witness show", StringComparison.Ordinal), errors);
        (code, _, errors) = await RunAsync("serve", "--state", State, "--listen", "http://127.0.0.1:0", "--certificate", "c", "--key", "k");
        Assert.True(code == 2 && errors.Contains("--certificate and --key cannot be combined with an address of http://", StringComparison.Ordinal), errors);
        (code, _, errors) = await RunAsync("add", "--log", log.File_("log.vkeys"), "--after", "x", "--birth", "nofile", "--state", State);
        Assert.True(code == 3 && errors.Contains("--birth: nofile does not exist\n  give the file", StringComparison.Ordinal), errors);
        using var other = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        other.Start();
        (code, _, errors) = await RunAsync("serve", "--state", State, "--listen", $"http://{other.LocalEndpoint}");
        Assert.True(code == 3, errors);
        Assert.Contains($"the witness cannot listen on http://{other.LocalEndpoint}/: another process listens on this port\n  give a free address", errors,
            StringComparison.Ordinal);
    }

    private int answers;

    private async Task KillAfter(HostedProcess witness, int answered)
    {
        while (Volatile.Read(ref answers) < answered) await Task.Yield();
        Process.GetProcessById(witness.Id).Kill();
    }

    private async Task<bool> TryAddAsync(HostedProcess witness, BuiltLog log, int from, int to)
    {
        try
        {
            var status = await StatusAsync(witness, Request(log, from, to));
            if (status == 429) return false; // the kill is late, and the address has had its rate
            Assert.True(status == 200, status.ToString(CultureInfo.InvariantCulture));
            Interlocked.Increment(ref answers);
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return false;
        }
    }

    private async Task<int> StatusAsync(HostedProcess witness, string body)
    {
        using var reply = await http.PostAsync(new Uri(witness.Address + "add-checkpoint"), new StringContent(body));
        if ((int)reply.StatusCode == 200) Assert.Contains("— witness.example/w1 ", await reply.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        return (int)reply.StatusCode;
    }

    // An old size that no log has: the answer is the size that the witness knows, or the request is good for a witness that knows nothing.
    private async Task<int> KnownAsync(HostedProcess witness, BuiltLog log)
    {
        using var reply = await http.PostAsync(new Uri(witness.Address + "add-checkpoint"), new StringContent(Request(log, 650, 660)));
        Assert.Equal(409, (int)reply.StatusCode);
        return int.Parse(await reply.Content.ReadAsStringAsync(), CultureInfo.InvariantCulture);
    }

    private static string Request(BuiltLog log, int from, int to)
    {
        var nodes = new Nodes(log);
        var proof = string.Concat(ConsistencyProof.Build(nodes, from, to).Select(hash => $"{hash}\n"));
        return string.Create(CultureInfo.InvariantCulture, $"old {from}\n{proof}\n{log.Checkpoint(to)}");
    }

    private async Task<string> InitAsync(BuiltLog log)
    {
        var (code, keys, errors) = await RunAsync("init", "--name", "witness.example/w1", "--operator", "Example Org, internal audit", "--state", State);
        Assert.True(code == 0, errors);
        Assert.Equal(1, (await RunAsync("init", "--name", "witness.example/w1", "--operator", "Example Org", "--state", State)).Code);
        Assert.Equal(2, (await RunAsync("init", "--name", "a name", "--operator", "Example Org", "--state", State + "2")).Code);
        Assert.Equal(0, (await RunAsync("add", "--log", log.File_("log.vkeys"), "--state", State)).Code);
        return keys;
    }

    private Task<HostedProcess> ServeAsync() => HostedProcess.StartAsync(
        ProcessPlan.Dotnet(Repository.GatewayDll, "witness", "serve", "--state", State, "--listen", "http://127.0.0.1:0"));

    private static (int, string) Output((int Code, string Output, string Errors) run) => (run.Code, run.Output);

    private static Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) =>
        OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, ["witness", .. arguments]));

    private Task<(int Code, string Output, string Errors)> VerifyAsync(params string[] arguments) =>
        OneShot.RunAsync(ProcessPlan.Dotnet(Repository.VerifierDll, ["verify", evidence.Path, .. arguments]));

    private sealed class Nodes(BuiltLog log) : ITreeNodes
    {
        public TreeHash Node(int height, long index) => MerkleTree.Root(
            log.Entries.Skip((int)(index << height)).Take(1 << height).Select(entry => MerkleTree.Leaf(entry)).ToArray());
    }
}
