using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Audit.Privacy;
using Gatehouse.Gateway.Configurations;
using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Gateway.Quarantine;

/// <summary>
/// The false alarms that people marked: results in which a finding was none, one file each. They are cases for <c>gatehouse detect</c>. Each is
/// sealed under the key of the caller whose result it was, and is erased with it.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="boxes">The sealing.</param>
internal sealed class QuarantineCases(SealedFolder folder, PayloadBoxes boxes)
{
    /// <summary>The most cases that are kept.</summary>
    public const int MostCases = 1000;

    /// <summary>The most bytes of all cases as they are stored, so that one answer can have them all.</summary>
    public const long MostBytes = 64L << 20;

    // A message of 1 MiB as a text in JSON, in Base64.
    private const int MostCaseBytes = 16 << 20;

    private readonly Lock gate = new();

    /// <summary>Adds a case. It replaces one of the same id.</summary>
    /// <returns>False where there is no room.</returns>
    /// <exception cref="IOException">It was not written.</exception>
    /// <exception cref="Audit.AuditUnavailableException">There is no key.</exception>
    public bool TryAdd(string id, QuarantineFacts facts, ReadOnlySpan<byte> message, DateTimeOffset at)
    {
        var found = new FalseAlarm(id, at, facts.Server, facts.Method, facts.Target, facts.Findings, Encoding.UTF8.GetString(message));
        var plain = JsonSerializer.SerializeToUtf8Bytes(found, FalseAlarmJson.Default.FalseAlarm);
        var box = boxes.Seal(new SubjectOwner(facts.Issuer, facts.Subject), at, BoundTo(id), plain);
        lock (gate)
        {
            var others = folder.Files().Where(file => file.Name != id).ToList();
            if (others.Count >= MostCases || others.Sum(static file => file.Bytes) + SealedFolder.SealedLength(box.Length) > MostBytes) return false;
            folder.Write(id, Encoding.ASCII.GetBytes(box));
            return true;
        }
    }

    /// <summary>Removes a case: its result was not released.</summary>
    public void Remove(string id)
    {
        lock (gate) folder.Delete(id);
    }

    /// <summary>Returns the cases that can be opened, in the order of their ids.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file is damaged or was exchanged.</exception>
    public IReadOnlyList<FalseAlarm> List()
    {
        lock (gate) return [.. Names().Select(Open).OfType<FalseAlarm>()];
    }

    /// <summary>Deletes the cases whose person was erased, and what a killed process left.</summary>
    /// <exception cref="IOException">A file cannot be read or deleted; its content is sealed under a key that is gone.</exception>
    /// <exception cref="InvalidDataException">A file is damaged or was exchanged.</exception>
    public void DeleteUnreadable()
    {
        lock (gate)
        {
            folder.DeleteUnfinished();
            foreach (var name in Names().Where(name => Open(name) is null)) folder.Delete(name);
        }
    }

    private static string BoundTo(string id) => id + "/case";

    private List<string> Names() => [.. folder.Files().Select(static file => file.Name).Order(StringComparer.Ordinal).Take(MostCases)];

    private FalseAlarm? Open(string name) =>
        folder.Read(name, MostCaseBytes) is { } box && boxes.TryOpen(BoundTo(name), Encoding.ASCII.GetString(box), out var plain)
            ? JsonSerializer.Deserialize(plain, FalseAlarmJson.Default.FalseAlarm) : null;
}

/// <summary>A false alarm that a person marked.</summary>
/// <param name="Id">Id of the result.</param>
/// <param name="At">The moment of the mark.</param>
/// <param name="Server">The server.</param>
/// <param name="Method">The method.</param>
/// <param name="Target">The name or URI; null for none.</param>
/// <param name="Findings">The findings that were false.</param>
/// <param name="Message">The message, as the server sent it.</param>
internal sealed record FalseAlarm(
    string Id, DateTimeOffset At, string Server, string Method, string? Target, IReadOnlyList<WithheldFinding> Findings, string Message);

/// <summary>JSON of the sealed cases.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(FalseAlarm))]
internal sealed partial class FalseAlarmJson : JsonSerializerContext;
