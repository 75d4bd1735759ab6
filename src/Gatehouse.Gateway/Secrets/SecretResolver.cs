using System.Collections.Concurrent;
using Gatehouse.Identity;
using Gatehouse.Pipeline.Configuration;

namespace Gatehouse.Gateway.Secrets;

/// <summary>
/// Resolves <c>env:</c> and <c>file:</c> references at start and at reload; a secret that is missing is a fault then, not
/// at the first call. Values live in a type that cannot be printed.
/// </summary>
public sealed class SecretResolver
{
    private readonly ConcurrentDictionary<SecretReference, SecretText> values = new();

    /// <summary>The secret behind the reference.</summary>
    /// <exception cref="InvalidDataException">It is missing or not readable by us alone; the message names the reference, never the value.</exception>
    public SecretText Resolve(SecretReference reference) => values.GetOrAdd(reference, Read);

    /// <summary>Forgets all values, so that the next use reads them anew.</summary>
    public void Forget() => values.Clear();

    internal string HeaderValue(CredentialSettings credential) =>
        string.Concat(credential.Prefix, Resolve(credential.Value).Reveal());

    private static SecretText Read(SecretReference reference)
    {
        var text = reference.Scheme == "env" ? Environment.GetEnvironmentVariable(reference.Location) : ReadFile(reference);
        if (string.IsNullOrEmpty(text))
            throw new InvalidDataException($"the secret {reference} is empty or missing; set it and start again");
        if (text.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
            throw new InvalidDataException($"the secret {reference} contains a line break; keep one line only");
        return new SecretText(text);
    }

    private static string? ReadFile(SecretReference reference)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(reference.Location).HasFlag(UnixFileMode.OtherRead))
                throw new InvalidDataException($"the secret {reference} can be read by everybody; run: chmod o-r {reference.Location}");
            return File.ReadAllText(reference.Location).TrimEnd('\r', '\n');
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }
}
