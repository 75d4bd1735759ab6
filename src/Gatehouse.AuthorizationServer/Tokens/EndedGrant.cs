using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>A grant that was ended.</summary>
/// <param name="Row">The grant.</param>
/// <param name="Exchanges">Exchanges under way, such as open streams, that ended with it.</param>
internal sealed record EndedGrant(GrantRow Row, int Exchanges);
