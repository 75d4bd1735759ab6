using System.Buffers;
using System.Text.Json;
using Gatehouse.Audit.Privacy;
using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.Audit.Search.Tests;

/// <summary>A table of keys that has as many as it may: persons with a key keep it, and others share one.</summary>
[Trait("Requirement", "DP-03")]
public sealed class FullKeyTableTests : IDisposable
{
    private const long Most = 20_000_000;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-keys-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void FullTable_KeepsTheKeysOfKnownPersons_AndIsNotFullAfterADestruction()
    {
        using var rows = SubjectKeyFile.Open(Path.Combine(folder.FullName, "keys.db"));
        using var table = new CountedTable(rows);
        var ring = KeyRing.CreateInMemory(TimeProvider.System);
        string KeyOf(SubjectKeys keys, string person) => Sealed(new EntryProtector(keys).Protect(Of(person)));
        string alice;
        using (var keys = Open()) alice = KeyOf(keys, "alice");
        table.Others = Most - 1;
        using var full = Open();
        Assert.True(full.IsFull);
        Assert.Equal(alice, KeyOf(full, "alice"));
        Assert.Equal(KeyOf(full, "bob"), KeyOf(full, "carol")); // the shared key is the last one that is made
        Assert.NotEqual(alice, KeyOf(full, "bob"));
        full.Destroy(full.PseudonymsOf(new SubjectOwner("https://issuer.example", "alice"), withoutIssuer: false));
        Assert.True(full.IsFull);
        full.Destroy(full.PseudonymsOf(SubjectOwner.Unknown, withoutIssuer: false));
        Assert.False(full.IsFull);
        Assert.NotEqual(KeyOf(full, "bob"), KeyOf(full, "alice"));

        SubjectKeys Open() => SubjectKeys.TryOpen(table, ring, Path.Combine(folder.FullName, "destroyed"))!;
    }

    private static AuditEntry Of(string person) => new()
    {
        Kind = AuditEntryKind.Ended,
        ExchangeId = "id",
        At = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero),
        Subject = person,
        Issuer = "https://issuer.example",
    };

    // The pseudonym of the key under which the entry is sealed.
    private static string Sealed(AuditEntry entry)
    {
        var line = new ArrayBufferWriter<byte>();
        AuditEntryFormat.Write(entry, 1, line);
        return JsonSerializer.Deserialize<JsonElement>(line.WrittenSpan).GetProperty("personal")[0].GetProperty("who").GetString()!;
    }

    /// <summary>A table that says it has more rows than are there.</summary>
    private sealed class CountedTable(ISubjectKeyStore rows) : ISubjectKeyStore
    {
        public long Others { get; set; }

        public ReadOnlyMemory<byte>? TableKey() => rows.TableKey();

        public void SetTableKey(ReadOnlyMemory<byte> sealedKey) => rows.SetTableKey(sealedKey);

        public SubjectKeyRow? Find(ReadOnlyMemory<byte> id) => rows.Find(id);

        public SubjectKeyRow? FindPseudonym(ReadOnlyMemory<byte> pseudonym) => rows.FindPseudonym(pseudonym);

        public IReadOnlyList<ReadOnlyMemory<byte>> Pseudonyms(ReadOnlyMemory<byte> owner) => rows.Pseudonyms(owner);

        public bool Add(SubjectKeyRow row) => rows.Add(row);

        public int Remove(IReadOnlyCollection<ReadOnlyMemory<byte>> pseudonyms) => rows.Remove(pseudonyms);

        public int RemoveBefore(int @class, int month) => rows.RemoveBefore(@class, month);

        public bool TryOverwrite() => true;

        public long CountBefore(int @class, int month) => rows.CountBefore(@class, month);

        public long Count() => Others + rows.Count();

        public void Dispose()
        {
        }
    }
}
