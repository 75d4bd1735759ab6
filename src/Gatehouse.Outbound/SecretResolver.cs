using System.Collections.Concurrent;
using Gatehouse.Identity.Bearer;
using Gatehouse.Isolation.Files;
using Gatehouse.Settings;

namespace Gatehouse.Outbound;

/// <summary>
/// Resolves <c>env:</c> and <c>file:</c> references at start and at reload; a secret that is missing is a fault then, not
/// at the first call. Values live in a type that cannot be printed.
/// </summary>
public sealed class SecretResolver
{
    private volatile ConcurrentDictionary<SecretReference, SecretText> values = new();

    /// <summary>The secret behind the reference.</summary>
    /// <exception cref="InvalidDataException">It is missing or not readable by us alone; the message names the reference, never the
    /// value.</exception>
    public SecretText Resolve(SecretReference reference) => values.GetOrAdd(reference, Read);

    /// <summary>Reads secrets anew; what is in use stays as it is until they are adopted.</summary>
    /// <exception cref="InvalidDataException">One is missing or not readable by us alone.</exception>
    public static IReadOnlyDictionary<SecretReference, SecretText> ReadAll(IEnumerable<SecretReference> references)
    {
        ArgumentNullException.ThrowIfNull(references);
        return references.Distinct().ToDictionary(reference => reference, Read);
    }

    /// <summary>Puts secrets that were read in the place of all others.</summary>
    public void Adopt(IReadOnlyDictionary<SecretReference, SecretText> fresh) =>
        values = new ConcurrentDictionary<SecretReference, SecretText>(fresh);

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
            RequirePrivate(reference);
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

    // Threat: another account of this machine reads the secret. A file of ours is read by its owner, so a group that may read it is others only.
    // A file that belongs to somebody else is one that an orchestrator hands us by a group (a Kubernetes secret with fsGroup, a credential of
    // systemd with an access list): there the group is the only way, and who is in it is the orchestrator's to say.
    private static void RequirePrivate(SecretReference reference)
    {
        if (OperatingSystem.IsWindows()) return;
        var mode = File.GetUnixFileMode(reference.Location);
        if (mode.HasFlag(UnixFileMode.OtherRead))
            throw new InvalidDataException($"the secret {reference} can be read by everybody; run: chmod o-r {reference.Location}");
        if (mode.HasFlag(UnixFileMode.GroupRead) && (FileOwner.UserOf(reference.Location) is not { } owner || owner == FileOwner.Me))
            throw new InvalidDataException($"the secret {reference} can be read by a group; run: chmod g-r {reference.Location}");
    }
}
