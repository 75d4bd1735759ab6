using System.Globalization;
using System.Security.Cryptography;
using Gatehouse.Audit;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification.Logs;
using Gatehouse.Audit.Verification.Proofs;
using Gatehouse.Audit.Witness;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Storage;

namespace Gatehouse.Gateway.Tests.Witnesses;

/// <summary>A log that follows another one is accepted only if its first entry names what the witness cosigned last.</summary>
[Trait("Requirement", "AU-02")]
[Trait("NoRetry", "yes")]
public sealed class WitnessSuccessionTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-succession-");

    private string Audit => Path.Join(folder.FullName, "audit");

    private string State => Path.Join(folder.FullName, "witness");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task ALogThatNamesTheOneBefore_Follows_AndThatOneGrowsNoMore()
    {
        await WriteAsync(entries: 20);
        await using (var witness = await RunningWitness.StartAsync(State, TimeProvider.System, KeysOf("log-0001")))
        {
            Assert.Equal(200, (await witness.AddAsync(Request("log-0001", 0))).Status);
        }

        LoseKeys();
        await WriteAsync(entries: 5);
        var accepted = SizeOf("log-0002");
        using (var service = WitnessService.Open(State, TimeProvider.System))
        {
            // It is not a first log: the witness knows one of this gateway.
            Assert.Contains("a log of the same gateway", Assert.Throws<WitnessRefusalException>(() => service.AddFirst(KeysOf("log-0002"))).Message,
                StringComparison.Ordinal);
            service.AddSuccessor(KeysOf("log-0002"), OriginOf("log-0001"), Evidence("log-0002"));
            Assert.Equal(OriginOf("log-0002"), service.Logs.Single(log => log.Origin == OriginOf("log-0001")).Successor);
            var state = service.Logs.Single(log => log.Origin == OriginOf("log-0002"));
            Assert.Equal((accepted, null), (state.Size, state.Successor));
        }

        await using var after = await RunningWitness.StartAsync(State, TimeProvider.System);
        // The checkpoint of the evidence was cosigned when the log was accepted; the log continues from there.
        var conflict = await after.AddAsync(Request("log-0002", 0));
        Assert.Equal((409, $"{accepted}\n"), (conflict.Status, conflict.Body));
        await WriteAsync(entries: 5);
        Assert.Equal(200, (await after.AddAsync(Request("log-0002", accepted))).Status);
        Assert.Equal(SizeOf("log-0002"), after.Service.Logs.Single(log => log.Successor is null).Size);
        var ended = await after.AddAsync(Request("log-0001", SizeOf("log-0001")));
        Assert.Equal(404, ended.Status);
        Assert.Contains(OriginOf("log-0002"), ended.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void ALogOfAnotherGateway_IsNoSuccessor_AndEndsNothing()
    {
        using var old = new LogModel("gateway.example/audit/1", 3);
        using var other = new LogModel("other.example/audit/2", 3);
        using var service = WitnessService.Create(State, "witness.example/w", "Example Org", TimeProvider.System);
        service.AddFirst([old.Key]);
        var refusal = Assert.Throws<WitnessRefusalException>(() => service.AddSuccessor([other.Key], old.Origin, Path.Join(folder.FullName, "birth.txt")));
        Assert.Contains("another gateway", refusal.Message, StringComparison.Ordinal);
        Assert.Null(Assert.Single(service.Logs).Successor);
    }

    [Fact]
    public async Task AnotherTreeUnderTheKeysOfTheSuccessor_IsRefused()
    {
        await WriteAsync(entries: 20);
        await using (var witness = await RunningWitness.StartAsync(State, TimeProvider.System, KeysOf("log-0001")))
        {
            Assert.Equal(200, (await witness.AddAsync(Request("log-0001", 0))).Status);
        }

        // Two trees that both begin with the first entry that the witness accepts, under one key.
        LoseKeys();
        await WriteAsync(entries: 1);
        var (at, before) = (Path.Join(folder.FullName, "at"), Path.Join(folder.FullName, "before"));
        foreach (var part in (string[])["audit", "audit-keys"]) Copy(Path.Join(folder.FullName, part), Path.Join(before, part));
        await WriteAsync(entries: 7);
        var (keys, size, other) = (KeysOf("log-0002"), SizeOf("log-0002"), Request("log-0002", 0));
        foreach (var part in (string[])["audit", "audit-keys"])
        {
            Directory.Move(Path.Join(folder.FullName, part), Path.Join(Directory.CreateDirectory(at).FullName, part));
            Directory.Move(Path.Join(before, part), Path.Join(folder.FullName, part));
        }

        await WriteAsync(entries: 7);
        Assert.Equal((keys[0].ToString(), size), (KeysOf("log-0002")[0].ToString(), SizeOf("log-0002")));
        using (var service = WitnessService.Open(State, TimeProvider.System))
        {
            service.AddSuccessor(keys, OriginOf("log-0001"), Evidence("log-0002"));
        }

        // After a start again too: what was accepted is in the folder.
        await using var after = await RunningWitness.StartAsync(State, TimeProvider.System);
        var root = after.Service.Logs.Single(log => log.Successor is null).Root;
        Assert.Equal(409, (await after.AddAsync(other)).Status);
        Assert.Equal(422, (await after.AddAsync(other.Replace("old 0\n", $"old {size}\n", StringComparison.Ordinal))).Status);
        var state = after.Service.Logs.Single(log => log.Successor is null);
        Assert.Equal((size, root, true), (state.Size, state.Root, state.HasSplitView));
        Assert.Equal(200, (await after.AddAsync(Request("log-0002", size))).Status);
    }

    [Theory]
    [InlineData("forgets", "the new log forgets")]
    [InlineData("behind", "this witness cosigned only")]
    [InlineData("first", "names no log")]
    [InlineData("other evidence", "and the keys are of")]
    [InlineData("no evidence", "the evidence does not hold")]
    public async Task ALogThatForgets_IsRefused_WithTheReason(string act, string why)
    {
        await WriteAsync(entries: 20);
        var request = Request("log-0001", 0);
        if (act == "behind") await WriteAsync(entries: 5);
        var old = Path.Join(folder.FullName, "copy");
        if (act == "forgets") Copy(Audit, old);
        if (act == "forgets")
        {
            await WriteAsync(entries: 30);
            request = Request("log-0001", 0);
        }

        await using (var witness = await RunningWitness.StartAsync(State, TimeProvider.System, KeysOf("log-0001")))
        {
            Assert.Equal(200, (await witness.AddAsync(request)).Status);
        }

        var (keys, origin) = (KeysOf("log-0001"), OriginOf("log-0001"));
        if (act == "forgets")
        {
            Directory.Delete(Audit, recursive: true);
            Directory.Move(old, Audit);
        }

        if (act == "first") Directory.Delete(Audit, recursive: true);
        LoseKeys();
        await WriteAsync(entries: 5);
        var newest = act == "first" ? "log-0001" : "log-0002";
        var evidence = Evidence(act == "other evidence" ? "log-0001" : newest);
        if (act == "no evidence") File.WriteAllText(evidence, File.ReadAllText(evidence).Replace("key-lost", "key-list", StringComparison.Ordinal));
        using var service = WitnessService.Open(State, TimeProvider.System);
        var given = act == "other evidence" ? [.. KeysOf(newest), .. keys] : KeysOf(newest);
        var refusal = Assert.Throws<WitnessRefusalException>(() => service.AddSuccessor(given, origin, evidence));
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
        Assert.Null(Assert.Single(service.Logs).Successor);
    }

    [Fact]
    public void TwoProcesses_DoNotShareAFolder_AndADamagedStateIsNotTakenForANewOne()
    {
        using (WitnessService.Create(State, "witness.example/w", "Example Org", TimeProvider.System))
        {
            Assert.Contains("another process writes the witness", Assert.Throws<IOException>(() => WitnessService.Open(State, TimeProvider.System)).Message,
                StringComparison.Ordinal);
        }

        Assert.Throws<WitnessRefusalException>(() => WitnessService.Create(State, "witness.example/w", "Example Org", TimeProvider.System));
        using var log = new LogModel("gateway.example/audit/1", 9);
        using (var service = WitnessService.Open(State, TimeProvider.System))
        {
            service.AddFirst([log.Key]);
            Assert.Equal(200, service.Add(System.Text.Encoding.UTF8.GetBytes(log.Request(0, 9))).Status);
        }

        var latest = Assert.Single(Directory.GetFiles(State, "checkpoint", SearchOption.AllDirectories));
        File.WriteAllText(latest, File.ReadAllText(latest).Replace("\n9\n", "\n8\n", StringComparison.Ordinal));
        Assert.Contains("damaged", Assert.Throws<IOException>(() => WitnessService.Open(State, TimeProvider.System)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_AreReadableByTheirOwnerOnly()
    {
        WitnessService.Create(State, "witness.example/w", "Example Org", TimeProvider.System).Dispose();
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes are of Unix");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Join(State, "witness.json")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(State));
    }

    private async Task WriteAsync(int entries)
    {
        var ring = Path.Join(folder.FullName, "keys.json");
        await using var log = GroupCommitLog.Open(new AuditLogOptions { Directory = Audit },
            new SealedLogKeys(KeyRing.OpenOrCreate(ring, TimeProvider.System), Path.Join(folder.FullName, "audit-keys"), "log.example"));
        for (var i = 0; i < entries; i++) await log.AppendDurableAsync(Entry(i));
        await log.PublishAsync();
    }

    private static AuditEntry Entry(int number) => new()
    {
        Kind = AuditEntryKind.Control,
        ExchangeId = string.Create(CultureInfo.InvariantCulture, $"id-{number}"),
        At = DateTimeOffset.UtcNow,
        Facts = [KeyValuePair.Create("act", "reload")],
    };

    private void LoseKeys() => Directory.Delete(Path.Join(folder.FullName, "audit-keys"), recursive: true);

    private NoteKey[] KeysOf(string name) => [.. LogKeyFile.Parse(File.ReadAllText(Path.Join(Audit, name, "log.vkeys")), out _)!];

    private string OriginOf(string name) => KeysOf(name)[0].Name;

    private long SizeOf(string name) => Open(name, log => log.Checkpoint!.Size);

    private string Request(string name, long from) => Open(name, log => string.Create(CultureInfo.InvariantCulture,
        $"old {from}\n{string.Concat(log.ConsistencyFrom(from).Select(hash => $"{hash}\n"))}\n{log.Note}"));

    private string Evidence(string name)
    {
        var file = Path.Join(folder.FullName, "birth.txt");
        File.WriteAllText(file, Open(name, log => string.Concat(EvidenceWriter.Lines(log, 0, 0, null, null).Select(line => line + "\n"))));
        return file;
    }

    private T Open<T>(string name, Func<LogSnapshot, T> read)
    {
        using var log = EvidenceLog.In(Audit).Single(one => one.Name == name).Open();
        return read(log);
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Join(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
