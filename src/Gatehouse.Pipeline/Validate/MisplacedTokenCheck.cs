using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Validate;

/// <summary>
/// A function that returns the kind and place of an access token in a client's message, in words without its text; null when there is none.
/// </summary>
internal delegate string? MisplacedTokenCheck(Exchange exchange, ValidatedMessage message);
