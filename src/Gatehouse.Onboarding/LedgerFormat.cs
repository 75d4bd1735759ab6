using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Inventory.Reading;

namespace Gatehouse.Onboarding;

/// <summary>The written form of the ledger, version 1.</summary>
internal static partial class LedgerFormat
{
    /// <summary>The version that is written.</summary>
    public const int Version = 1;

    /// <summary>Most records.</summary>
    public const int MostRecords = 20_000;

    private static readonly LedgerJson Strict = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        AllowDuplicateProperties = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Encoder = JavaScriptEncoder.Default,
        MaxDepth = 16,
    });

    /// <summary>Reads the ledger.</summary>
    /// <exception cref="LedgerException">It is no ledger of this version.</exception>
    public static IReadOnlyList<WrapRecord> Read(ReadOnlySpan<byte> bytes, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes.ToArray(), new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("version", out var version) || !version.TryGetInt32(out var number))
                throw new LedgerException($"{path} has no version. Move the file away; 'gatehouse scan' then shows the wrapped servers.");
            if (number != Version)
                throw new LedgerException($"{path} is of version {number}; this Gatehouse reads version {Version}. Use the Gatehouse that wrote it.");
            var ledger = document.RootElement.Deserialize(Strict.Written)!;
            if (ledger.Wrapped.Count > MostRecords) throw new LedgerException($"{path} contains more than {MostRecords} records.");
            if (ledger.Wrapped.Contains(null!)) throw new LedgerException($"{path}: a record is null. Move the file away; nothing was changed.");
            if (ledger.Wrapped.FirstOrDefault(record => Fault(record)) is { } odd)
                throw new LedgerException(
                    $"{path}: the record of '{odd.Server}' was not written by Gatehouse. Move the file away; nothing was changed.");
            return ledger.Wrapped;
        }
        catch (JsonException fault)
        {
            throw new LedgerException(
                $"{path} is not a ledger of wrapped servers (line {(fault.LineNumber ?? 0) + 1}). Move it away. The backups next to the configurations "
                    + $"remain.", fault);
        }
    }

    /// <summary>Writes the ledger.</summary>
    public static byte[] Write(IReadOnlyList<WrapRecord> records) =>
        JsonSerializer.SerializeToUtf8Bytes(new Written(Version, records), Strict.Written);

    private static bool Fault(WrapRecord record) =>
        !Path.IsPathFullyQualified(record.File) || !Path.IsPathFullyQualified(record.Backup) || record.Inserted.Count < 3
            || record.Splices.Count is 0 or > 2 || record.Splices.Contains(null!)
            || record.Container.Contains(null!) || record.Inserted.Contains(null!)
        || record.Splices.Any(splice => splice.At is not ("command" or "items" or "member")) || record.Container.Count > ConfigReader.Deepest;

    private sealed record Written(int Version, IReadOnlyList<WrapRecord> Wrapped);

    [JsonSerializable(typeof(Written))]
    private sealed partial class LedgerJson : JsonSerializerContext;
}
