using System.Buffers.Binary;
using System.Text;

namespace Gatehouse.Storage;

/// <summary>The binding of sealed secrets to their place.</summary>
public static class SecretBindings
{
    private const string Format = "gatehouse secret 1";

    /// <summary>
    /// Binds format, layer, purpose, owner and name. Each follows its length, so that no two places agree. The threat: a row of the database that is
    /// copied to another name, owner or purpose, and is then sent to a server that its secret was never meant for.
    /// </summary>
    public static byte[] ToPlace(string layer, SecretPlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        using var bound = new MemoryStream();
        foreach (var part in (ReadOnlySpan<string>)[Format, layer, place.Purpose, place.Owner, place.Name]) Append(bound, part);
        return bound.ToArray();
    }

    private static void Append(MemoryStream bound, string part)
    {
        var bytes = Encoding.UTF8.GetBytes(part);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        bound.Write(length);
        bound.Write(bytes);
    }
}
