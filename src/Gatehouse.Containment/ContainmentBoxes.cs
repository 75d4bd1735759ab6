using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Containment;

/// <summary>
/// Seals the facts of containments under the key ring, each for its row. They are not sealed under the key of a person: a containment holds also when
/// the person was erased.
/// </summary>
internal sealed class ContainmentBoxes(KeyRing keys)
{
    private const string Purpose = "containment/v1";
    private const string TargetPurpose = "containment-target/v1";

    /// <summary>Seals what is contained.</summary>
    public byte[] Seal(string id, ContainmentFacts facts) =>
        keys.Seal(Purpose, Encoding.UTF8.GetBytes(id), JsonSerializer.SerializeToUtf8Bytes(facts, ContainmentJson.Default.ContainmentFacts));

    /// <summary>Seals the act that releases a containment.</summary>
    public byte[] Seal(string id, ContainmentAct release) => keys.Seal(
        Purpose, ReleaseOf(id), JsonSerializer.SerializeToUtf8Bytes(release, ContainmentJson.Default.ContainmentAct));

    /// <summary>Opens a row.</summary>
    /// <exception cref="InvalidDataException">
    /// The ring has no key for it, or it was sealed for another row. What is contained is not known then: the host must not serve.
    /// </exception>
    public Contained Open(ContainmentRow row) =>
        Read(row.Sealed, Encoding.UTF8.GetBytes(row.Id), ContainmentJson.Default.ContainmentFacts) is { } facts ? new Contained(row, facts)
            : throw new InvalidDataException(
                $"the containment {row.Id} in the store cannot be opened with this key ring, so it is not known what is contained: put the key "
                    + "ring of this store back (docs/operators/containment.md)");

    /// <summary>Opens the act that released a containment; null where it cannot be opened.</summary>
    public ContainmentAct? OpenRelease(ContainmentRow row) => Read(row.Release, ReleaseOf(row.Id), ContainmentJson.Default.ContainmentAct);

    /// <summary>Returns the keyed digest of what is contained, by which the store has it at most once.</summary>
    public byte[] TargetOf(ContainmentFacts facts)
    {
        var output = new ArrayBufferWriter<byte>(256);
        AskedCall.WriteText(output, facts.Kind.ToString());
        AskedCall.WriteText(output, facts.Issuer);
        AskedCall.WriteText(output, facts.Name);
        AskedCall.WriteText(output, facts.Tool);
        return HMACSHA256.HashData(keys.DeriveKey(TargetPurpose, default, HMACSHA256.HashSizeInBytes), output.WrittenSpan);
    }

    private T? Read<T>(ReadOnlyMemory<byte> box, byte[] of, JsonTypeInfo<T> form)
        where T : class => !box.IsEmpty && keys.TryOpen(Purpose, of, box.Span, out var plain) ? SealedJson.Read<T>(plain, form) : null;

    private static byte[] ReleaseOf(string id) => Encoding.UTF8.GetBytes(id + "/release");
}
