namespace Gatehouse.Administration;

/// <summary>Refusals of requests over HTTP, before an act is judged.</summary>
internal sealed partial record ActionRefusal
{
    public static ActionRefusal TokenNeeded { get; } =
        new("an access token for the administration audience is needed", "send it in the header Authorization: Bearer TOKEN") { Why = "no-token" };

    public static ActionRefusal MalformedToken { get; } =
        new("the header Authorization is not one bearer token", "send one header: Authorization: Bearer TOKEN") { Why = TokenFault + "Malformed" };

    public static ActionRefusal ForeignHost { get; } =
        new("this host name is not served here", "use the address of administration.http.publicUrl") { Why = "foreign-host" };

    public static ActionRefusal ForeignPage { get; } =
        new("requests of pages of other origins are not served", "call the interface from a program, not from a page in a browser") { Why = "foreign-page" };

    public static ActionRefusal AmbiguousRequest { get; } =
        new("two HTTP readers could read this request in different ways", "send one Content-Length, or one Transfer-Encoding: chunked") { Why = "ambiguous-request" };

    public static ActionRefusal HasQuery { get; } =
        new("the interface takes no query", "send the members in the JSON object of the body") { Why = "query" };

    public static ActionRefusal NotJson { get; } =
        new("the body is not application/json in UTF-8 without compression", "send Content-Type: application/json") { Why = "not-json" };

    public static ActionRefusal TooLargeBody { get; } = new("the body is longer than 32 KiB", "send a shorter request") { Why = "too-large" };

    public static ActionRefusal SlowBody { get; } = new("the body did not arrive in time", "send the request again") { Why = "too-slow" };

    public static ActionRefusal TooManyRequests { get; } =
        new("too many requests from this address or person", "wait for the time in Retry-After, then send the request again") { Why = "too-many" };

    public static ActionRefusal WrongMethod { get; } = new("acts are sent with POST", "use POST") { Why = "method" };

    public static ActionRefusal NothingHere { get; } =
        new("there is nothing at this address", "the reference page of the interface lists the acts") { Why = "unknown-act" };

    public static ActionRefusal NotAMember { get; } =
        new("the body is not one JSON object with the members of this act", "the reference page of the interface lists the members of each act")
        { Why = "not-understood" };
}
