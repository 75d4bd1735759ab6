using System.Collections.Concurrent;
using Gatehouse.Identity.Bearer;
using Gatehouse.Isolation.Files;
using Gatehouse.Settings;

namespace Gatehouse.Outbound;

/// <summary>
/// The resolver of <c>env:</c> and <c>file:</c> references, at start and at reload. A missing secret is a fault then, and not only at the first call.
/// Values have a type that cannot be printed.
/// </summary>
public sealed class SecretResolver
{
    private volatile ConcurrentDictionary<SecretReference, SecretText> values = new();

    /// <summary>Returns the secret of the reference.</summary>
    /// <exception cref="InvalidDataException">It is missing or unreadable, or other accounts can read it. The message names the reference, never the
    /// value.</exception>
    public SecretText Resolve(SecretReference reference) => values.GetOrAdd(reference, Read);

    /// <summary>Reads secrets again. The secrets in use stay in use until these are adopted.</summary>
    /// <exception cref="InvalidDataException">One is missing or unreadable, or other accounts can read it.</exception>
    public static IReadOnlyDictionary<SecretReference, SecretText> ReadAll(IEnumerable<SecretReference> references)
    {
        ArgumentNullException.ThrowIfNull(references);
        return references.Distinct().ToDictionary(reference => reference, Read);
    }

    /// <summary>Replaces all secrets with those that were read.</summary>
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

    // Threat: another account of this machine reads the secret. The gateway reads a file of its own account as the owner, so a group with read access
    // contains only others. A file of another owner comes from an orchestrator that grants access by a group (a Kubernetes secret with fsGroup, a
    // credential of systemd with an access list). There the group is the only way, and the orchestrator decides who is in it.
    private static void RequirePrivate(SecretReference reference)
    {
        if (OperatingSystem.IsWindows()) return;
        var mode = File.GetUnixFileMode(reference.Location);
        if (mode.HasFlag(UnixFileMode.OtherRead))
            throw new InvalidDataException($"the secret {reference} can be read by everybody; run: chmod o-r {reference.Location}");
        if (mode.HasFlag(UnixFileMode.GroupRead) && (PosixFile.UserOf(reference.Location) is not { } owner || owner == PosixFile.CurrentUser))
            throw new InvalidDataException($"the secret {reference} can be read by a group; run: chmod g-r {reference.Location}");
    }
}
