using System.Globalization;
using System.Net;
using System.Text;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Witness;
using Gatehouse.Gateway.WitnessHosting;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Witnesses;

/// <summary>The witness against a client that writes each byte: statuses, state and bounds of C2SP tlog-witness.</summary>
[Trait("Requirement", "AU-02")]
public sealed class WitnessProtocolTests : IDisposable
{
    private const string Origin = "gateway.example/audit/1";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-witness-");
    private readonly ManualTimeProvider clock = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
    private readonly LogModel log = new(Origin, 700);

    public void Dispose()
    {
        log.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Cosignatures_AreOfEachKey_OverTheCheckpoint_WithTheTime()
    {
        await using var witness = await StartAsync();
        var reply = await witness.AddAsync(log.Request(0, 300));
        Assert.Equal(200, reply.Status);
        var note = Cosigned(log.Note(300), reply.Body);
        Assert.Equal(witness.Keys.Count, note.Signatures.Count - 1);
        Assert.Equal(witness.Keys.Count, note.Verified([.. witness.Keys.Select(key => key.Key)])!.Count);
        Assert.All(note.Signatures.Skip(1), one => Assert.Equal(clock.GetUtcNow(), Cosignature.Time(one.Bytes.Span)));
        // A key on P-256 is always there; the type 0x04 where the system has it.
        Assert.Contains(witness.Keys, key => key.Key is EcdsaCosigner);
        Assert.Equal(NoteSigner.HasEd25519, witness.Keys.Any(key => key.Key is Ed25519Cosigner));
        Assert.All(witness.Keys, key => Assert.Equal(RunningWitness.Operator, key.Operator));
    }

    [Fact]
    public async Task AGrowingLog_IsCosigned_AndTheSameSizeAgain()
    {
        await using var witness = await StartAsync();
        foreach (var (from, to) in ((int, int)[])[(0, 1), (1, 255), (255, 256), (256, 256), (256, 511), (511, 700)])
            Assert.Equal(200, (await witness.AddAsync(log.Request(from, to))).Status);
    }

    // Whoever may send the log's checkpoints could otherwise take signatures away from what monitors read.
    [Fact]
    public async Task TheSameCheckpoint_WithFewerSignatures_KeepsThoseThatTheWitnessHas()
    {
        using var other = new LogModel(Origin, 700);
        await using var witness = await RunningWitness.StartAsync(folder.FullName, clock, [[log.Key, other.Key]]);
        var second = other.Note(300).Split("\n\n", 2)[1];
        Assert.Equal(200, (await witness.AddAsync(log.Request(0, 300) + second)).Status);
        Assert.Equal(200, (await witness.AddAsync(log.Request(300, 300))).Status);
        var path = $"/{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Bytes(Origin)))}/checkpoint";
        var note = SignedNote.Parse(Bytes((await witness.GetAsync(path)).Body))!;
        Assert.Equal(2, note.Verified([log.Key, other.Key])!.Count);
        Assert.Equal(2 + witness.Keys.Count, note.Signatures.Count);
        // A checkpoint of the same tree with another text, which its signatures are of, takes nothing from what monitors read.
        var extended = other.Note($"{Origin}\n300\n{log.Root(300)}\nextension\n");
        Assert.Equal(200, (await witness.AddAsync($"old 300\n\n{extended}")).Status);
        Assert.Equal(2, SignedNote.Parse(Bytes((await witness.GetAsync(path)).Body))!.Verified([log.Key, other.Key])!.Count);
        // A larger checkpoint has its own signatures only.
        Assert.Equal(200, (await witness.AddAsync(log.Request(300, 500))).Status);
        Assert.Single(SignedNote.Parse(Bytes((await witness.GetAsync(path)).Body))!.Verified([log.Key, other.Key])!);
    }

    // Threat: whoever has two texts of one tree sends them in turns. Each would be stored, and have a later time: that of a log that has nothing
    // newer.
    [Fact]
    public async Task ExtensionLines_OfATreeThatWasCosigned_GetTheFirstTime_AndChangeNothing()
    {
        await using var witness = await StartAsync();
        var first = clock.GetUtcNow();
        Assert.Equal(200, (await witness.AddAsync(log.Request(0, 300))).Status);
        var path = $"/{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Bytes(Origin)))}/checkpoint";
        var stored = (await witness.GetAsync(path)).Body;
        for (var round = 0; round < 3; round++)
        {
            clock.Advance(TimeSpan.FromHours(1));
            foreach (var line in (string[])["one\n", "two\n", ""])
            {
                var text = log.Note($"{Origin}\n300\n{log.Root(300)}\n{line}");
                var reply = await witness.AddAsync($"old 300\n\n{text}");
                Assert.Equal(200, reply.Status);
                var note = Cosigned(text, reply.Body);
                Assert.Equal(witness.Keys.Count, note.Verified([.. witness.Keys.Select(key => key.Key)])!.Count);
                Assert.All(note.Signatures.Skip(1), one => Assert.Equal(first, Cosignature.Time(one.Bytes.Span)));
            }
        }

        Assert.Equal(stored, (await witness.GetAsync(path)).Body);
        clock.Advance(TimeSpan.FromHours(1));
        var grown = await witness.AddAsync(log.Request(300, 500));
        Assert.All(Cosigned(log.Note(500), grown.Body).Signatures.Skip(1), one => Assert.Equal(clock.GetUtcNow(), Cosignature.Time(one.Bytes.Span)));
    }

    public static TheoryData<string, int> Requests => new()
    {
        { "good", 200 }, { "same", 200 }, { "empty", 400 }, { "no blank line", 400 }, { "no old", 400 }, { "old with zeros", 400 },
        { "old negative", 400 }, { "old without number", 400 }, { "two spaces", 400 }, { "upper case", 400 }, { "carriage returns", 400 },
        { "hash too short", 400 }, { "hash not canonical", 400 }, { "hash with blank", 400 }, { "64 hashes", 400 }, { "no note", 400 },
        { "note without signature", 400 }, { "no checkpoint", 400 }, { "not UTF-8", 400 }, { "size with zeros", 400 }, { "old above size", 400 },
        { "other origin", 404 }, { "other key", 403 }, { "altered text", 403 }, { "one wrong signature", 403 }, { "only a cosignature", 403 },
        { "old too small", 409 }, { "old too large", 409 }, { "from zero", 409 }, { "empty tree with root", 409 }, { "no proof", 422 },
        { "wrong proof", 422 }, { "proof too long", 422 }, { "branch", 422 }, { "branch of one size", 422 }, { "same with proof", 422 },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task EachRequest_HasItsStatus_AndOnlyAGoodOneChangesTheState(string name, int status)
    {
        await using var witness = await StartAsync();
        Assert.Equal(200, (await witness.AddAsync(log.Request(0, 300))).Status);
        var reply = await witness.SendAsync("POST", "/add-checkpoint", Request(name));
        Assert.Equal(status, reply.Status);
        if (status == 409) Assert.Equal(("text/x.tlog.size", "300\n"), (reply.Type, reply.Body));
        if (status != 200) Assert.DoesNotContain('—', reply.Body);
        Assert.Equal(name == "good" ? 500 : 300, Assert.Single(witness.Service.Logs).Size);
        Assert.Equal(name == "branch of one size", Assert.Single(witness.Service.Logs).HasSplitView);
    }

    private byte[] Request(string name)
    {
        var good = log.Request(300, 500);
        var proof = log.Proof(300, 500);
        var first = proof.Split('\n')[0];
        return name switch
        {
            "good" => Bytes(good),
            "same" => Bytes(log.Request(300, 300)),
            "empty" => [],
            "no blank line" => Bytes("old 300\n" + proof),
            "no old" => Bytes($"{proof}\n{log.Note(500)}"),
            "old with zeros" => Bytes(good.Replace("old 300", "old 0300", StringComparison.Ordinal)),
            "old negative" => Bytes(good.Replace("old 300", "old -300", StringComparison.Ordinal)),
            "old without number" => Bytes(good.Replace("old 300", "old ", StringComparison.Ordinal)),
            "two spaces" => Bytes(good.Replace("old 300", "old  300", StringComparison.Ordinal)),
            "upper case" => Bytes(good.Replace("old 300", "Old 300", StringComparison.Ordinal)),
            "carriage returns" => Bytes(good.Replace("\n", "\r\n", StringComparison.Ordinal)),
            "hash too short" => Bytes(good.Replace(first, Convert.ToBase64String(new byte[31]), StringComparison.Ordinal)),
            "hash not canonical" => Bytes(good.Replace(first, first[..^2] + Next(first[^2]) + "=", StringComparison.Ordinal)),
            "hash with blank" => Bytes(good.Replace(first, first + " ", StringComparison.Ordinal)),
            "64 hashes" => Bytes($"old 300\n{string.Concat(Enumerable.Repeat(first + "\n", 64))}\n{log.Note(500)}"),
            "no note" => Bytes($"old 300\n{proof}\n"),
            "note without signature" => Bytes($"old 300\n{proof}\n{log.Note(500).Split("\n\n")[0]}\n\n"),
            "no checkpoint" => Bytes($"old 300\n{proof}\n{log.Note($"{Origin}\n500\n")}"),
            "not UTF-8" => [.. Bytes(good)[..^5], 0xff, (byte)'\n'],
            "size with zeros" => Bytes($"old 300\n{proof}\n{log.Note($"{Origin}\n0500\n{log.Root(500)}\n")}"),
            "old above size" => Bytes($"old 300\n\n{log.Note(200)}"),
            "other origin" => Other("gateway.example/audit/2", log.Size),
            "other key" => Other(Origin, log.Size),
            "altered text" => Bytes(good.Replace("\n500\n", "\n501\n", StringComparison.Ordinal)),
            "one wrong signature" => Bytes(good + log.Note(400).Split("\n\n")[1]),
            "only a cosignature" => OnlyCosigned(),
            "old too small" => Bytes(log.Request(200, 500)),
            "old too large" => Bytes(log.Request(400, 500)),
            "from zero" => Bytes(log.Request(0, 500)),
            "empty tree with root" => Bytes($"old 0\n\n{log.Note($"{Origin}\n0\n{log.Root(3)}\n")}"),
            "no proof" => Bytes($"old 300\n\n{log.Note(500)}"),
            "wrong proof" => Bytes($"old 300\n{log.Proof(299, 500)}\n{log.Note(500)}"),
            "proof too long" => Bytes($"old 300\n{proof}{first}\n\n{log.Note(500)}"),
            "branch" => Bytes(log.Branch(200, 500).Request(300, 500)),
            "branch of one size" => Bytes(log.Branch(200, 500).Request(300, 300)),
            "same with proof" => Bytes($"old 300\n{first}\n\n{log.Note(300)}"),
            _ => throw new ArgumentException(name, nameof(name)),
        };
    }

    [Fact]
    public async Task ACheckpointOfTheEmptyTree_HasItsRoot_AndProofsFromZeroAreEmpty()
    {
        await using var witness = await StartAsync();
        Assert.Equal(422, (await witness.AddAsync($"old 0\n\n{log.Note($"{Origin}\n0\n{log.Root(3)}\n")}")).Status);
        Assert.Equal(422, (await witness.AddAsync($"old 0\n{log.Root(1)}\n\n{log.Note(300)}")).Status);
        Assert.Equal(200, (await witness.AddAsync($"old 0\n\n{log.Note($"{Origin}\n0\n{MerkleTree.Empty}\n")}")).Status);
        Assert.Equal(200, (await witness.AddAsync(log.Request(0, 300))).Status);
    }

    [Fact]
    public async Task SplitView_IsRefused_WhicheverBranchComesSecond_AndTheSecondRootIsKept()
    {
        await using var witness = await StartAsync();
        var other = log.Branch(250, 700);
        Assert.Equal(200, (await witness.AddAsync(log.Request(0, 300))).Status);
        Assert.Equal(422, (await witness.AddAsync(other.Request(300, 300))).Status);
        Assert.Equal(422, (await witness.AddAsync(other.Request(300, 400))).Status);
        Assert.Equal(409, (await witness.AddAsync(other.Request(250, 400))).Status); // the part that both have
        Assert.Equal(200, (await witness.AddAsync(log.Request(300, 400))).Status);
        Assert.Equal(422, (await witness.AddAsync(other.Request(400, 500))).Status);
        Assert.True(Assert.Single(witness.Service.Logs).HasSplitView);
        var kept = SignedNote.Parse(File.ReadAllBytes(Assert.Single(Directory.GetFiles(folder.FullName, "split-view", SearchOption.AllDirectories))))!;
        Assert.True(kept.Verified([log.Key]) is { Count: 1 } && kept.Text.Contains(other.Root(300).ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task TruncationAndReplay_AreRefused_AlsoAfterARestart()
    {
        await using (var first = await StartAsync())
        {
            Assert.Equal(200, (await first.AddAsync(log.Request(0, 300))).Status);
            Assert.Equal(200, (await first.AddAsync(log.Request(300, 600))).Status);
        }

        await using var second = await StartAsync();
        Assert.Equal(409, (await second.AddAsync(log.Request(0, 300))).Status); // the first request again
        Assert.Equal(400, (await second.AddAsync($"old 600\n\n{log.Note(300)}")).Status); // a log that was cut
        Assert.Equal(409, (await second.AddAsync(log.Request(300, 600))).Status);
        Assert.Equal(600, Assert.Single(second.Service.Logs).Size);
    }

    [Fact]
    public async Task OfManyRequestsAtOneTime_OneBranchWins()
    {
        await using var witness = await StartAsync();
        Assert.Equal(200, (await witness.AddAsync(log.Request(0, 100))).Status);
        var other = log.Branch(150, 700);
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => witness.AddAsync((i % 2 == 0 ? log : other).Request(100, 200 + i))));
        var won = Assert.Single(replies, reply => reply.Status == 200);
        Assert.All(replies.Where(reply => reply != won), reply => Assert.Equal(409, reply.Status));
    }

    [Fact]
    public async Task Monitors_ReadTheLatestCosignedCheckpoint()
    {
        await using var witness = await StartAsync();
        var path = $"/{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Bytes(Origin)))}/checkpoint";
        Assert.Equal(404, (await witness.GetAsync(path)).Status);
        var request = log.Request(0, 300);
        var lines = (await witness.AddAsync(request)).Body;
        var reply = await witness.GetAsync(path);
        Assert.Equal((200, request.Split("\n\n", 2)[1] + lines), (reply.Status, reply.Body));
        Assert.Equal(404, (await witness.GetAsync("/" + new string('0', 64) + "/checkpoint")).Status);
    }

    [Fact]
    public async Task OtherMethodsAndPlaces_AreRefused()
    {
        await using var witness = await StartAsync();
        Assert.Equal(405, (await witness.GetAsync("/add-checkpoint")).Status);
        Assert.Equal(404, (await witness.GetAsync("/")).Status);
        Assert.Equal(405, (await witness.SendAsync("POST", "/sign-subtree", [])).Status);
        Assert.Equal(400, (await witness.SendAsync("POST", "/add-checkpoint", Bytes(log.Request(0, 300)), "Content-Encoding: gzip\r\n")).Status);
        Assert.Equal(413, (await witness.SendAsync("POST", "/add-checkpoint", new byte[WitnessService.MostRequestBytes + 1])).Status);
    }

    [Fact]
    public async Task AFlood_OfOneSource_IsRefused_UntilItIsQuiet()
    {
        await using var witness = await StartAsync();
        var statuses = new List<int>();
        for (var i = 0; i < SourceRates.Burst + 5; i++) statuses.Add((await witness.AddAsync("old 0\n")).Status);
        Assert.All(statuses.Take(SourceRates.Burst), status => Assert.Equal(400, status));
        Assert.All(statuses.Skip(SourceRates.Burst), status => Assert.Equal(429, status));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await witness.AddAsync(log.Request(0, 300))).Status);
    }

    /// <summary>Behind a proxy, a stranger and the log have one address.</summary>
    [Fact]
    public async Task AFlood_OfStrangers_LeavesTheLogItsRate()
    {
        using var stranger = new LogModel(Origin, 700);
        await using var witness = await StartAsync();
        Assert.Equal(200, (await witness.AddAsync(log.Request(0, 300))).Status);
        var statuses = new List<int>();
        for (var i = 0; i < SourceRates.Burst + 5; i++) statuses.Add((await witness.AddAsync(stranger.Request(300, 301))).Status);
        Assert.Equal((403, 429), (statuses[0], statuses[^1]));
        Assert.Equal(429, (await witness.GetAsync("/")).Status);
        Assert.Equal(409, (await witness.AddAsync(log.Request(0, 400))).Status);
        Assert.Equal(200, (await witness.AddAsync(log.Request(300, 400))).Status);
        // What only the log can cause has a rate of the log.
        statuses = [];
        for (var size = 401; size < 401 + WitnessService.MostGrowth; size++)
            statuses.Add((await witness.AddAsync(log.Request(size - 1, size))).Status);
        var last = 400 + statuses.TakeWhile(status => status == 200).Count();
        Assert.Equal(429, statuses[last - 400]);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await witness.AddAsync(log.Request(last, 500))).Status);
    }

    /// <summary>Checkpoints are public: whoever sends one again, or sends one with a wrong proof, is no log.</summary>
    [Theory]
    [InlineData(300, 300, 200)]
    [InlineData(0, 300, 409)]
    [InlineData(300, 400, 422)]
    public async Task AFlood_OfPublicCheckpoints_IsRefused_AndTheLogThatGrowsIsServed(int oldSize, int size, int status)
    {
        await using var witness = await StartAsync();
        Assert.Equal(200, (await witness.AddAsync(log.Request(0, 300))).Status);
        var request = log.Request(oldSize, size);
        if (status == 422) request = request.Replace(request.Split('\n')[1], Convert.ToBase64String(new byte[32]), StringComparison.Ordinal);
        var statuses = new List<int>();
        for (var i = 0; i < SourceRates.Burst + 5; i++) statuses.Add((await witness.AddAsync(request)).Status);
        Assert.Equal((status, 429), (statuses[0], statuses[^1]));
        Assert.Equal(200, (await witness.AddAsync(log.Request(300, 400))).Status);
        Assert.Equal(404, (await witness.GetAsync("/")).Status); // others at the address have their own rate
    }

    /// <summary>A later time would say that the log had nothing newer then, and anyone can send a public checkpoint again.</summary>
    [Fact]
    public async Task TheSameCheckpoint_GetsTheCosignatureThatItHas_WithItsTime()
    {
        await using var witness = await StartAsync();
        var first = await witness.AddAsync(log.Request(0, 300));
        clock.Advance(TimeSpan.FromDays(2));
        var again = await witness.AddAsync(log.Request(300, 300));
        Assert.Equal((200, first.Body), (again.Status, again.Body));
        var larger = Cosigned(log.Note(301), (await witness.AddAsync(log.Request(300, 301))).Body);
        Assert.All(larger.Signatures.Skip(1), one => Assert.Equal(clock.GetUtcNow(), Cosignature.Time(one.Bytes.Span)));
    }

    [Fact]
    public void Rates_AreOfEachAddress_AndTheirTableIsBounded()
    {
        var rates = new SourceRates(clock);
        var loud = IPAddress.Parse("192.0.2.1");
        while (rates.TryTake(loud))
        {
        }

        Assert.False(rates.TryTake(IPAddress.Parse("::ffff:192.0.2.1")));
        Assert.True(rates.TryTake(IPAddress.Parse("192.0.2.2")));
        for (var i = 0; i < SourceRates.MostSources + 10; i++) Assert.True(rates.TryTake(new IPAddress([10, 1, (byte)(i >> 8), (byte)i])));
        // One block of 64 bits is one source.
        var block = Enumerable.Range(0, SourceRates.Burst + 1)
            .Select(i => rates.TryTake(IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"2001:db8::{i:x}")))).ToList();
        Assert.False(block[^1]);
    }

    [Fact]
    public void Connections_AreOfEachAddress_AndComeBack()
    {
        var connections = new SourceConnections();
        var loud = IPAddress.Parse("192.0.2.1");
        for (var i = 0; i < SourceConnections.MostOfASource; i++) Assert.True(connections.TryTake(loud));
        Assert.False(connections.TryTake(IPAddress.Parse("::ffff:192.0.2.1")));
        Assert.True(connections.TryTake(IPAddress.Parse("192.0.2.2")));
        connections.Return(loud);
        Assert.True(connections.TryTake(loud));
        // A proxy connects from loopback for all others.
        for (var i = 0; i < WitnessListener.MostConnections; i++) Assert.True(connections.TryTake(IPAddress.IPv6Loopback));
        connections.Return(IPAddress.IPv6Loopback);
    }

    [Theory]
    [InlineData("http://192.0.2.1:1", "without TLS")]
    [InlineData("http://0.0.0.0:0", "without TLS")]
    [InlineData("https://127.0.0.1:0", "needs a certificate")]
    public async Task OffLoopback_NothingIsServedInClear(string url, string why)
    {
        using var service = WitnessService.Create(folder.FullName, RunningWitness.Name, RunningWitness.Operator, clock);
        var fault = await Assert.ThrowsAsync<InvalidDataException>(() =>
            WitnessListener.StartAsync(new WitnessListenerOptions { Witness = service, Listen = new Uri(url) }));
        Assert.Contains(why, fault.Message, StringComparison.Ordinal);
    }

    private Task<RunningWitness> StartAsync() => RunningWitness.StartAsync(folder.FullName, clock, [[log.Key]]);

    private static byte[] Other(string origin, int size)
    {
        using var other = new LogModel(origin, size);
        return Bytes(other.Request(300, 500));
    }

    private byte[] OnlyCosigned()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        using var cosigner = Cosigner.Ecdsa(Origin, key);
        var text = log.Note(500).Split("\n\n")[0] + "\n";
        return Bytes($"old 300\n{log.Proof(300, 500)}\n{text}\n{cosigner.Sign(text, clock.GetUtcNow())}\n");
    }

    // The last letter before the padding has two bits that count for nothing.
    private static char Next(char letter)
    {
        const string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        return letters[letters.IndexOf(letter, StringComparison.Ordinal) ^ 1];
    }

    private static SignedNote Cosigned(string note, string lines) => SignedNote.Parse(Bytes(note + lines))!;

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
