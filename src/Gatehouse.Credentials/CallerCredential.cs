using Gatehouse.Audit;
using Gatehouse.Outbound.Tokens;

namespace Gatehouse.Credentials;

/// <summary>The credential of one caller for one server.</summary>
/// <param name="Issuer">Issuer of the caller's token; null for the gateway itself.</param>
/// <param name="Subject">Subject of the caller's token; null for the gateway itself.</param>
/// <param name="Client">Client of the caller's token; null where it names none, and for the gateway itself.</param>
/// <param name="Server">Name of the server.</param>
/// <param name="Cell">The token.</param>
/// <param name="Use">Its name in the audit log.</param>
internal sealed record CallerCredential(string? Issuer, string? Subject, string? Client, string Server, TokenCell Cell, CredentialUse Use);
