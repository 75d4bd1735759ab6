using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Gatehouse.Files;
using Gatehouse.Identity.Bearer;
using Gatehouse.Settings;

namespace Gatehouse.Outbound;

/// <summary>
/// The resolver of <c>env:</c>, <c>file:</c>, <c>vault:</c> and <c>keyvault:</c> references, at start and at reload.
/// A missing secret is a fault then, and not only at the first call.
/// Values have a type that cannot be printed.
/// </summary>
/// <param name="vault">The secrets of the store; null where there is none.</param>
/// <param name="keyVaults">The vaults outside of this machine; null where there are none.</param>
/// <param name="time">The clock; null for that of the system.</param>
public sealed class SecretResolver(ISecretVault? vault = null, IKeyVaults? keyVaults = null, TimeProvider? time = null)
{
    /// <summary>Reads of vaults outside of this machine at the same time.</summary>
    internal const int MostReadsOfVaults = 4;

    private const int LargestFile = 1 << 20;

    private readonly TimeProvider time = time ?? TimeProvider.System;

    // By the object of a configuration, not by its text. Threat: an exchange that began before a reload still goes to the old address. If the text
    // decided, it would take the value that the new configuration gives to the same name to that address.
    private readonly ConditionalWeakTable<SecretReference, HeldSecret> pinned = [];

    private volatile ConcurrentDictionary<SecretReference, HeldSecret> values = new();

    /// <summary>The values of vaults outside of this machine that the configuration in force uses.</summary>
    internal IReadOnlyList<VaultedSecret> OfVaults => [.. values.Values.OfType<VaultedSecret>()];

    /// <summary>
    /// Returns the secret of the reference, as it was read for the configuration that the reference is part of. A <c>keyvault:</c> reference without
    /// a version has the value that was read last.
    /// </summary>
    /// <exception cref="InvalidDataException">It is missing or unreadable, other accounts can read it, or its vault did not answer for too long. The
    /// message names the reference, never the value.</exception>
    public SecretText Resolve(SecretReference reference) => Read(reference).Value;

    /// <summary>Receives each secret that a part of the gateway takes to use it outside of the credential of a server.</summary>
    internal Action<TakenSecret>? OnTaken { get; set; }

    /// <summary>Receives the reference of each secret that is read to be used.</summary>
    internal Action<SecretReference>? OnRead { get; set; }

    /// <summary>Returns the same as <see cref="Resolve"/>, with the version.</summary>
    /// <exception cref="InvalidDataException">As for <see cref="Resolve"/>.</exception>
    internal VaultValue Read(SecretReference reference)
    {
        var value = Peek(reference);
        OnRead?.Invoke(reference);
        return value;
    }

    /// <summary>Returns the same, for a part that does not use the value.</summary>
    /// <exception cref="InvalidDataException">As for <see cref="Resolve"/>.</exception>
    internal VaultValue Peek(SecretReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        if (pinned.TryGetValue(reference, out var held)) return held.Now;
        if (reference.Scheme is not (SecretReference.Vault or SecretReference.KeyVault))
            return values.GetOrAdd(reference, static one => HeldSecret.Fixed(Checked(one, ReadHere(one), allowsLines: false))).Now;
        return values.TryGetValue(reference, out held)
            ? held.Now : throw new InvalidDataException($"the secret {reference} was not read at the start or at a reload");
    }

    /// <summary>Returns a secret that is about to be used, and reports it to <see cref="OnTaken"/>.</summary>
    /// <param name="reference">The reference.</param>
    /// <param name="purpose">A word of <see cref="SecretPurpose"/>.</param>
    /// <param name="server">The server that it is used for; null where the purpose says it.</param>
    /// <exception cref="InvalidDataException">As for <see cref="Resolve"/>.</exception>
    internal SecretText Take(SecretReference reference, string purpose, string? server = null)
    {
        var value = Read(reference);
        OnTaken?.Invoke(new TakenSecret(reference, value.Version, purpose, server));
        return value.Value;
    }

    /// <summary>Returns <see cref="Take"/> for one purpose.</summary>
    internal Func<SecretReference, SecretText> For(string purpose) => reference => Take(reference, purpose);

    /// <summary>Reads secrets again, each reference once. The secrets in use stay in use until these are adopted.</summary>
    /// <param name="uses">The keys that name them.</param>
    /// <param name="vaults">The vaults of the configuration; null for none.</param>
    /// <returns>One value for each use, in their order.</returns>
    /// <exception cref="InvalidDataException">One is missing or unreadable, or other accounts can read it. The message names its key.</exception>
    public async Task<IReadOnlyList<ReadSecret>> ReadAllAsync(IEnumerable<SecretUse> uses, IReadOnlyList<VaultSettings>? vaults = null)
    {
        ArgumentNullException.ThrowIfNull(uses);
        var all = uses.ToList();
        var read = new ConcurrentDictionary<SecretReference, HeldSecret>();
        var outside = all.Where(use => use.Reference.Scheme == SecretReference.KeyVault).DistinctBy(use => use.Reference);
        await Parallel.ForEachAsync(outside, new ParallelOptions { MaxDegreeOfParallelism = MostReadsOfVaults }, async (use, cancellation) =>
        {
            var allowsLines = all.Where(other => other.Reference == use.Reference).All(other => other.AllowsLines);
            read[use.Reference] = await ReadKeyVaultAsync(use, allowsLines, vaults ?? [], cancellation).ConfigureAwait(false);
        }).ConfigureAwait(false);
        List<ReadSecret> found = [];
        foreach (var use in all)
        {
            if (!read.TryGetValue(use.Reference, out var held)) read[use.Reference] = held = await ReadUseAsync(use).ConfigureAwait(false);
            try
            {
                Checked(use.Reference, held.Current, use.AllowsLines);
            }
            catch (InvalidDataException fault)
            {
                throw OfUse(use, fault);
            }

            found.Add(new ReadSecret(use.Reference, held));
        }

        return found;
    }

    /// <summary>Takes the secrets of the configuration that is in force now. Those of an earlier one stay with its own references.</summary>
    public void Adopt(IReadOnlyList<ReadSecret> fresh)
    {
        ArgumentNullException.ThrowIfNull(fresh);
        foreach (var one in fresh) pinned.AddOrUpdate(one.Reference, one.Held);
        values = new ConcurrentDictionary<SecretReference, HeldSecret>(
            fresh.DistinctBy(static one => one.Reference).Select(static one => KeyValuePair.Create(one.Reference, one.Held)));
    }

    /// <summary>Reads a value of a vault outside of this machine again.</summary>
    /// <returns>True when the value is another one than before.</returns>
    /// <exception cref="VaultReadException">The vault gives no value. The one before it stays in use as long as it may.</exception>
    internal async Task<bool> ReadAgainAsync(VaultedSecret secret, CancellationToken cancellation)
    {
        try
        {
            var value = await keyVaults!.ReadAsync(secret.Vault, secret.Name, cancellation).ConfigureAwait(false);
            Checked(secret.Reference, value.Value, secret.AllowsLines);
            return secret.Take(value);
        }
        catch (InvalidDataException fault)
        {
            throw new VaultReadException(fault.Message, fault);
        }
    }

    internal string HeaderValue(CredentialSettings credential, string purpose) =>
        string.Concat(credential.Prefix, Take(credential.Value, purpose).Reveal());

    private async Task<HeldSecret> ReadUseAsync(SecretUse use)
    {
        try
        {
            return HeldSecret.Fixed(
                use.Reference.Scheme == SecretReference.Vault ? await ReadVaultAsync(use.Reference).ConfigureAwait(false) : ReadHere(use.Reference));
        }
        catch (InvalidDataException fault)
        {
            throw OfUse(use, fault);
        }
    }

    // A reload during an outage takes the value that is in use, if vault and identity are the same: rules can change while a vault does not answer,
    // and an operator can make the time longer for which the value is used.
    private async Task<HeldSecret> ReadKeyVaultAsync(
        SecretUse use, bool allowsLines, IReadOnlyList<VaultSettings> vaults, CancellationToken cancellation)
    {
        var name = KeyVaultName.Of(use.Reference)!.Value;
        if (vaults.FirstOrDefault(one => one.Name == name.Vault) is not { } named)
            throw OfUse(use, new InvalidDataException($"the secret {use.Reference} names a vault that is not in the configuration; add it under 'vaults'"));
        if (keyVaults is null)
            throw OfUse(use, new InvalidDataException($"the secret {use.Reference} cannot be read here, because this program reads no vaults"));
        try
        {
            var value = await keyVaults.ReadAsync(named, name, cancellation).ConfigureAwait(false);
            return new VaultedSecret(named, use.Reference, value, allowsLines, time);
        }
        catch (VaultReadException fault)
        {
            var before = values.GetValueOrDefault(use.Reference) as VaultedSecret;
            if (!fault.IsGone && before?.For(named, allowsLines) is { IsUsable: true } held) return held;
            throw OfUse(use, fault);
        }
    }

    private async Task<SecretText> ReadVaultAsync(SecretReference reference) => vault is null
        ? throw new InvalidDataException($"the secret {reference} cannot be read here, because there is no store")
        : await vault.ReadAsync(reference.Location).ConfigureAwait(false);

    private static InvalidDataException OfUse(SecretUse use, Exception fault) => new($"{use.Key}: {fault.Message}", fault);

    private static SecretText ReadHere(SecretReference reference)
    {
        var text = reference.Scheme == "env" ? Environment.GetEnvironmentVariable(reference.Location) : ReadFile(reference);
        return string.IsNullOrEmpty(text)
            ? throw new InvalidDataException($"the secret {reference} is empty or missing; set it and start again")
            : new SecretText(text);
    }

    // Threat: a line break in a header or a variable begins another one (CWE-93). Only a key that takes a document, such as PEM, allows it.
    private static SecretText Checked(SecretReference reference, SecretText secret, bool allowsLines)
    {
        if (secret.Reveal().IsEmpty) throw new InvalidDataException($"the secret {reference} is empty; set it and start again");
        if (secret.Reveal().Contains('\0')) throw new InvalidDataException($"the secret {reference} contains a NUL character; write it as text");
        return !allowsLines && secret.Reveal().IndexOfAny('\r', '\n') >= 0
            ? throw new InvalidDataException($"the secret {reference} contains a line break; keep one line only")
            : secret;
    }

    private static string? ReadFile(SecretReference reference)
    {
        try
        {
            RequirePrivate(reference);
            using var file = RegularFile.OpenRead(reference.Location); // a reload would wait for the writer of a pipe
            if (file.Length > LargestFile) throw new InvalidDataException($"the secret {reference} is larger than 1 MiB; keep one line only");
            using var reader = new StreamReader(file);
            return reader.ReadToEnd().TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidDataException($"the secret {reference} does not exist; write the file, or mount it in a container, and start again", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new InvalidDataException(
                $"this account may not read the secret {reference}; give it the file (chown), or its group the right to read a file of root", e);
        }
        catch (IOException e)
        {
            throw new InvalidDataException($"the secret {reference} cannot be read: {e.Message}", e);
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
