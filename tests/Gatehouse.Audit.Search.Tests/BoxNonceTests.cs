using System.Buffers.Text;
using System.Text.Json;
using Gatehouse.Audit.Privacy;
using Gatehouse.Storage;
using Gatehouse.Testing;

namespace Gatehouse.Audit.Search.Tests;

/// <summary>The nonces of boxes under one key. The threat: two of them under one nonce (NIST SP 800-38D, appendix A).</summary>
[Trait("Requirement", "DP-03")]
public sealed class BoxNonceTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-nonces-");
    private readonly KeyRing ring = KeyRing.CreateInMemory(TimeProvider.System);

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void EqualEntries_HaveBoxesUnderDifferentNonces_OfAllThreadsAndOfTheNextStart()
    {
        var entry = Of("alice", []);
        var all = new HashSet<string>(StringComparer.Ordinal);
        string? pseudonym = null;
        for (var start = 0; start < 2; start++)
        {
            using var keys = Open();
            var protector = new EntryProtector(keys);
            var boxes = ParallelEnumerable.Range(0, 20_000).Select(_ => protector.Protect(entry).Personal[0]).ToList();
            Assert.All(boxes, box => Assert.True(all.Add(NonceOf(box))));
            Assert.All(boxes, box => Assert.Equal(pseudonym ??= box.Pseudonym, box.Pseudonym));
        }
    }

    // The room on the stack is smaller than the facts.
    [Fact]
    public void LongFacts_AreSealedAndOpened()
    {
        using var keys = Open();
        string[] roles = [.. Enumerable.Range(0, 200).Select(static at => $"role-{at:0000}")];
        var (one, other) = (new EntryProtector(keys).Protect(Of("alice", roles)), new EntryProtector(keys).Protect(Of("alice", roles)));
        Assert.NotEqual(NonceOf(one.Personal[0]), NonceOf(other.Personal[0]));
        var opened = new EntryOpener(keys).Open(JsonSerializer.Deserialize<JsonElement>(AuditEntryFormat.Bytes(one, 1)));
        Assert.Equal(roles, opened.GetProperty("roles").EnumerateArray().Select(static role => role.GetString()));
    }

    private SubjectKeys Open() => SubjectKeys.TryOpen(
        SubjectKeyFile.Open(Path.Combine(folder.FullName, "keys.db")), ring, Path.Combine(folder.FullName, "destroyed"))!;

    private static string NonceOf(SealedFacts box) => Convert.ToHexString(Base64Url.DecodeFromChars(box.Box).AsSpan(1, 12));

    private static AuditEntry Of(string person, IReadOnlyList<string> roles) => new()
    {
        Kind = AuditEntryKind.Begun,
        ExchangeId = "01jd0000000000000000000000",
        At = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero),
        Subject = person,
        Issuer = "https://issuer.example",
        Roles = roles,
    };
}
