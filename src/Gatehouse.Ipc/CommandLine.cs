using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Ipc;

/// <summary>
/// A command exactly as it would be started: a person approves this and nothing similar (EX-05, G06). Any change of any part makes another digest.
/// </summary>
/// <param name="Arguments">The argument vector as written, the program first; no shell reads it.</param>
/// <param name="Program">The file that the program's name was resolved to.</param>
/// <param name="Folder">The working folder.</param>
/// <param name="Environment">
/// The variables it gets in addition to the documented minimum, in order of their names: <c>NAME</c>, and <c>NAME=VALUE</c> where the value decides
/// what code runs.
/// </param>
public sealed record CommandLine(IReadOnlyList<string> Arguments, string Program, string Folder, IReadOnlyList<string> Environment)
{
    /// <summary>The most arguments.</summary>
    public const int MaxArguments = 4096;

    /// <summary>The most variables.</summary>
    public const int MaxNames = 256;

    /// <summary>
    /// The documented minimum of the terminal in which it was approved; null before that. It is no part of the digest: the server is started with it,
    /// whatever its client's entry sets.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Minimum { get; init; }

    /// <summary>SHA-256 of all parts, each after its length, in 64 hexadecimal digits.</summary>
    public string Digest => Compute(); // not kept: a copy with another part must not keep it

    /// <summary>The first twelve digits, by which a person names it.</summary>
    public string ShortDigest => Digest[..12];

    private string Compute()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("gatehouse-command/v1\n"u8);
        Append(hash, Arguments);
        Append(hash, [Program, Folder]);
        Append(hash, Environment);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // Number and lengths before the texts: no two commands spell the same bytes.
    private static void Append(IncrementalHash hash, IReadOnlyList<string> texts)
    {
        hash.AppendData(BitConverter.GetBytes(texts.Count));
        foreach (var text in texts)
        {
            var bytes = Encoding.Unicode.GetBytes(text); // as it is, also where it is no good Unicode
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }
    }
}
