using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Pipeline.Resolve;

/// <summary>The tool whose call became a task, in the stored form: a keyed digest of its name, and whether it declared an output schema.</summary>
/// <param name="key">Key of the digest.</param>
/// <param name="digest">The digest.</param>
public sealed class TaskTool(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> digest)
{
    /// <summary>Returns the stored form of a tool.</summary>
    /// <param name="key">Key of the digest.</param>
    /// <param name="name">The tool's name.</param>
    /// <param name="hasSchema">True when it declares an output schema.</param>
    public static byte[] DigestOf(ReadOnlySpan<byte> key, string name, bool hasSchema) =>
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes((hasSchema ? "tool-with-schema\n" : "tool\n") + name));

    /// <summary>The digest as text: equal for tasks of one tool, under one key.</summary>
    public string Id { get; } = Convert.ToHexString(digest.Span);

    /// <summary>Tells whether it is the tool of that name.</summary>
    public bool Is(string name) => IsWithSchema(name) || Fits(name, hasSchema: false);

    /// <summary>Tells whether it is the tool of that name and declared an output schema when it was called.</summary>
    public bool IsWithSchema(string name) => Fits(name, hasSchema: true);

    private bool Fits(string name, bool hasSchema) => CryptographicOperations.FixedTimeEquals(DigestOf(key.Span, name, hasSchema), digest.Span);
}
