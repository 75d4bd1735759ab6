namespace Gatehouse.Storage;

/// <summary>The result of a rotation of the keys of secrets.</summary>
/// <param name="KeyId">Id of the key of the ring that seals all secrets now; no secret.</param>
/// <param name="SealedAgain">Secrets that were sealed again.</param>
/// <param name="Finished">True when an earlier rotation was finished, and no key was added.</param>
/// <param name="Unopened">Places of the secrets that do not open, and were left as they are.</param>
public sealed record SecretRotation(string KeyId, int SealedAgain, bool Finished, IReadOnlyList<SecretPlace> Unopened);
