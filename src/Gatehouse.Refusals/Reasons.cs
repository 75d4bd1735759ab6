using System.Reflection;

namespace Gatehouse.Refusals;

/// <summary>
/// Every reason there is, one field each. The first digit of a code is the stage: 1 accept, 2 authenticate, 3 validate,
/// 4 authorize, limit and approve, 5 session, 6 resolve and inspect request, 7 forward, 8 inspect response, 9 record and the gateway itself.
/// </summary>
public static class Reasons
{
    private const string Accept = "accept";
    private const string Authenticate = "authenticate";
    private const string Validate = "validate";
    private const string Session = "session";
    private const string Resolve = "resolve";
    private const string Authorize = "authorize";
    private const string Limit = "limit";
    private const string InspectRequest = "inspect-request";
    private const string Approve = "approve";
    private const string Forward = "forward";
    private const string InspectResponse = "inspect-response";
    private const string Record = "record";

    private const int ParseError = -32700;
    private const int InvalidRequest = -32600;
    private const int MethodNotFound = -32601;
    private const int InvalidParams = -32602;
    private const int HeaderMismatch = -32020;
    private const int MissingCapability = -32021;
    private const int UnsupportedVersion = -32022;

    public static readonly Reason UnknownPath = new()
    {
        Code = "GH1001", Slug = "unknown-path", Stage = Accept, LegacyStatus = 404, Shape = ReplyShape.Empty,
        Message = "There is no MCP endpoint at this address.",
        Remedy = "Use the URL of a server as its administrator gave it.",
        Operator = "The path is not the endpoint of a configured server nor a well-known document.",
    };

    public static readonly Reason HostNotServed = new()
    {
        Code = "GH1002", Slug = "host-not-served", Stage = Accept, LegacyStatus = 403,
        Message = "This host name is not served here.",
        Remedy = "Use the host name of the server's public URL.",
        Operator = "The Host header is neither that of publicUrl nor in hosts: a DNS-rebinding page sends such requests (T01). Add the name to "
            + "hosts if it is yours.",
    };

    public static readonly Reason OriginNotAllowed = new()
    {
        Code = "GH1003", Slug = "origin-not-allowed", Stage = Accept, LegacyStatus = 403,
        Message = "Requests from this web origin are not allowed.",
        Remedy = "Ask the administrator to allow the origin of your page.",
        Operator = "The Origin header is neither that of publicUrl nor in allowedOrigins (T01, L01).",
    };

    public static readonly Reason VerbNotAllowed = new()
    {
        Code = "GH1004", Slug = "verb-not-allowed", Stage = Accept, LegacyStatus = 405,
        Message = "This HTTP method is not served here.",
        Remedy = "Send MCP messages with POST.",
        Operator = "GET and DELETE belong to the legacy era; in the modern era only POST is served (T04). Other methods never are.",
    };

    public static readonly Reason MediaTypeUnsupported = new()
    {
        Code = "GH1005", Slug = "media-type-unsupported", Stage = Accept, LegacyStatus = 415,
        Message = "The body must be application/json in UTF-8.",
        Remedy = "Send Content-Type: application/json.",
        Operator = "A missing, repeated or other media type, or a charset other than UTF-8. Peers whose gateways read such bodies differently from "
            + "the server behind were bypassed that way.",
    };

    public static readonly Reason NotAcceptable = new()
    {
        Code = "GH1006", Slug = "not-acceptable", Stage = Accept, LegacyStatus = 406,
        Message = "The client must accept application/json and text/event-stream.",
        Remedy = "Send Accept: application/json, text/event-stream (for GET: text/event-stream).",
        Operator = "The Accept header leaves out a type that the reply may have.",
    };

    public static readonly Reason HeaderRepeated = new()
    {
        Code = "GH1007", Slug = "header-repeated", Stage = Accept, LegacyStatus = 400,
        Message = "A header that may occur once was sent more than once.",
        Remedy = "Send each of Host, Origin, Authorization, Content-Type, Content-Length and the MCP headers once.",
        Operator = "Two readers could pick different values. The header is named in the event.",
    };

    public static readonly Reason ContentCodingUnsupported = new()
    {
        Code = "GH1008", Slug = "content-coding-unsupported", Stage = Accept, LegacyStatus = 415,
        Message = "Compressed bodies are not accepted.",
        Remedy = "Send the body without Content-Encoding.",
        Operator = "What is not read cannot be inspected; only identity coding is read.",
    };

    public static readonly Reason BodyTooLarge = new()
    {
        Code = "GH1009", Slug = "body-too-large", Stage = Accept, LegacyStatus = 413,
        Message = "The message is larger than this server accepts.",
        Remedy = "Send a smaller message, or ask the administrator for the limit.",
        Operator = "The request exceeds limits.requestBytes of the server.",
    };

    public static readonly Reason QueryNotAllowed = new()
    {
        Code = "GH1010", Slug = "query-not-allowed", Stage = Accept, LegacyStatus = 400,
        Message = "The endpoint takes no query string.",
        Remedy = "Send the token in the Authorization header and everything else in the message.",
        Operator = "A token in a URL ends up in logs and histories (A11). The query is never recorded.",
    };

    public static readonly Reason PathAmbiguous = new()
    {
        Code = "GH1011", Slug = "path-ambiguous", Stage = Accept, LegacyStatus = 400, Shape = ReplyShape.Empty,
        Message = "The path is not in its plain form.",
        Remedy = "Send the path without percent-encoded characters, dot segments or empty segments.",
        Operator = "An encoded separator or dot segment reads differently in different software.",
    };

    public static readonly Reason BodyTimeout = new()
    {
        Code = "GH1012", Slug = "body-timeout", Stage = Accept, LegacyStatus = 408,
        Message = "The body did not arrive in time.",
        Remedy = "Send the request again on a faster connection.",
        Operator = "A slow body; the minimum rate and the limit on headers are in limits.",
    };

    /// <summary>A request whose end HTTP readers find in different places.</summary>
    public static readonly Reason FramingAmbiguous = new()
    {
        Code = "GH1021", Slug = "framing-ambiguous", Stage = Accept, LegacyStatus = 400,
        Message = "The request has two lengths, a transfer coding other than chunked, or a field name with characters that names do not have.",
        Remedy = "Send either Content-Length or Transfer-Encoding: chunked, and field names of letters, digits and hyphens.",
        Operator = "Both lengths, a coding other than chunked, a coding in HTTP/1.0, or an odd field name: a proxy in front may have read another "
            + "request (request smuggling, RFC 9112 §11.2). The connection was closed.",
    };

    /// <summary>A request with trailer fields.</summary>
    public static readonly Reason TrailersNotAllowed = new()
    {
        Code = "GH1020", Slug = "trailers-not-allowed", Stage = Accept, LegacyStatus = 400,
        Message = "Trailer fields are not accepted.",
        Remedy = "Send every field in the head of the request.",
        Operator = "Fields after a chunked body. Peers differ in whether they merge them into the header, so that a field could count for one of "
            + "them and not for the other (RFC 9110 §6.5.1).",
    };

    public static readonly Reason TooBusy = new()
    {
        Code = "GH1013", Slug = "too-busy", Stage = Accept, LegacyStatus = 503, RetryAfterSeconds = 1,
        Message = "Too many requests are under way.",
        Remedy = "Wait a moment and send the request again.",
        Operator = "Everything that this caller may use is in use: its own requests or streams (limits.concurrencyPerCaller, "
            + "limits.streamsPerCaller), or the places at a server (concurrency, queue, queuePerCaller, queueWait), of which one caller gets its "
            + "limits.callerShare, or half while nobody else needs more. The event names which.",
    };

    public static readonly Reason CallerPartSpent = new()
    {
        Code = "GH1016", Slug = "caller-part-spent", Stage = Accept, LegacyStatus = 429, RetryAfterSeconds = 1,
        Message = "You hold as much of this gateway's memory as one caller may.",
        Remedy = "Finish requests that are half sent, read answers that wait, and send the request again.",
        Operator = "The messages of this caller (issuer and subject) that are under way fill its part (limits.callerShare) of limits.bufferedBytes. "
            + "Others are not concerned.",
    };

    public static readonly Reason TokenMissing = new()
    {
        Code = "GH2001", Slug = "token-missing", Stage = Authenticate, LegacyStatus = 401, Shape = ReplyShape.Challenge,
        Message = "An access token is needed.",
        Remedy = "Sign in at an authorization server that the protected resource metadata names.",
        Operator = "No Authorization header. A session id never stands in for a token (A12).",
    };

    public static readonly Reason TokenRefused = new()
    {
        Code = "GH2002", Slug = "token-refused", Stage = Authenticate, LegacyStatus = 401, Shape = ReplyShape.Challenge,
        Message = "The access token is not valid for this server.",
        Remedy = "Get a new token for this server's resource identifier.",
        Operator = "The event names the failed check. A stranger is told only invalid_token, whatever the cause.",
    };

    public static readonly Reason AuthorizationMalformed = new()
    {
        Code = "GH2003", Slug = "authorization-malformed", Stage = Authenticate, LegacyStatus = 400, Shape = ReplyShape.Challenge,
        Message = "The Authorization header is malformed.",
        Remedy = "Send exactly one header: Authorization: Bearer <token>.",
        Operator = "Two headers, another scheme, or characters that RFC 6750 §2.1 does not allow.",
    };

    public static readonly Reason KeysUnavailable = new()
    {
        Code = "GH2004", Slug = "keys-unavailable", Stage = Authenticate, LegacyStatus = 503, Shape = ReplyShape.Empty, RetryAfterSeconds = 5,
        Message = "Tokens cannot be checked at the moment.",
        Remedy = "Try again later.",
        Operator = "The issuer's keys could not be fetched and the last good ones are older than the stale limit. Nobody passes until they are back.",
    };

    public static readonly Reason ProofRefused = new()
    {
        Code = "GH2005", Slug = "proof-refused", Stage = Authenticate, LegacyStatus = 401, Shape = ReplyShape.Challenge,
        Message = "The proof of possession is not valid for this request.",
        Remedy = "Make a new DPoP proof for each request: its method, its URL as this server publishes it, the hash of the access token, the time "
            + "of now.",
        Operator = "The event names the failed check (RFC 9449 section 4.3). ProofReplayed and ProofKeyMismatch are what a thief of a token causes.",
    };

    public static readonly Reason ProofNonceNeeded = new()
    {
        Code = "GH2006", Slug = "proof-nonce-needed", Stage = Authenticate, LegacyStatus = 401, Shape = ReplyShape.Challenge,
        Message = "The proof of possession needs this server's nonce.",
        Remedy = "Put the value of the header DPoP-Nonce into the claim nonce of the next proof.",
        Operator = "The usual first answer to a client that uses DPoP; the nonce changes every five minutes. See dpop.demandNonce.",
    };

    public static readonly Reason ProofsFull = new()
    {
        Code = "GH2007", Slug = "proofs-full", Stage = Authenticate, LegacyStatus = 503, Shape = ReplyShape.Empty, RetryAfterSeconds = 5,
        Message = "Proofs of possession cannot be checked at the moment.",
        Remedy = "Try again later.",
        Operator = "More proofs are in use than dpop.maxProofs, than one caller may have of them (limits.callerShare), or than "
            + "dpop.maxProofsPerKey, so that a replayed one could not be told from a new one. Either one caller floods, or the bound is too small.",
    };

    public static readonly Reason NotJson = new()
    {
        Code = "GH3001", Slug = "not-json", Stage = Validate, LegacyStatus = 400, ProtocolCode = ParseError,
        Message = "The body is not JSON in valid UTF-8.",
        Remedy = "Send one JSON value in UTF-8 without a byte order mark.",
        Operator = "The event names the fault and its position.",
    };

    public static readonly Reason AmbiguousJson = new()
    {
        Code = "GH3002", Slug = "ambiguous-json", Stage = Validate, LegacyStatus = 400, ProtocolCode = InvalidRequest,
        Message = "The message could be read in more than one way.",
        Remedy = "Send each member once, with its exact name; no lone surrogates, no numbers beyond a double, nothing after the message.",
        Operator = "Duplicate or case-variant names and the like make two readers see two messages; refused, never repaired (design rule 1).",
    };

    public static readonly Reason Batch = new()
    {
        Code = "GH3003", Slug = "batch", Stage = Validate, LegacyStatus = 400, ProtocolCode = InvalidRequest,
        Message = "Batches are not accepted.",
        Remedy = "Send each message in a request of its own.",
        Operator = "Batches were removed in 2025-06-18; they are refused in every revision because one refusal cannot answer many messages.",
    };

    public static readonly Reason InvalidMessage = new()
    {
        Code = "GH3004", Slug = "invalid-message", Stage = Validate, LegacyStatus = 400, ProtocolCode = InvalidRequest,
        Message = "The body is not a JSON-RPC 2.0 message.",
        Remedy = "Send an object with jsonrpc 2.0, a method, a string or integer id and params as an object.",
        Operator = "The event names the fault and its position.",
    };

    public static readonly Reason TooComplex = new()
    {
        Code = "GH3005", Slug = "too-complex", Stage = Validate, LegacyStatus = 413, ProtocolCode = InvalidRequest,
        Message = "The message is too deep or has too many members.",
        Remedy = "Send a simpler message.",
        Operator = "A bound of the validation was reached (depth, members, values).",
    };

    public static readonly Reason HeaderBodyMismatch = new()
    {
        Code = "GH3010", Slug = "header-body-mismatch", Stage = Validate, LegacyStatus = 400, ProtocolCode = HeaderMismatch,
        Message = "The MCP headers and the body do not agree.",
        Remedy = "Mirror method, name, revision and marked parameters in the headers exactly as they stand in the body.",
        Operator = "Whoever decides by the header and whoever acts by the body would see two requests (T09, T12-T17). The event names the header.",
    };

    public static readonly Reason RevisionUnsupported = new()
    {
        Code = "GH3011", Slug = "revision-unsupported", Stage = Validate, LegacyStatus = 400, ProtocolCode = UnsupportedVersion,
        Message = "The server does not speak this protocol revision.",
        Remedy = "Use one of the revisions in data.supported.",
        Operator = "Unknown revision, or one of the other era than the server speaks (T10, T31).",
    };

    public static readonly Reason MetaMissing = new()
    {
        Code = "GH3012", Slug = "meta-missing", Stage = Validate, LegacyStatus = 400, ProtocolCode = InvalidParams,
        Message = "Required _meta members are missing.",
        Remedy = "Send io.modelcontextprotocol/protocolVersion and io.modelcontextprotocol/clientCapabilities in params._meta.",
        Operator = "Each modern request carries its own facts (T33); nothing is taken from earlier ones (T35).",
    };

    public static readonly Reason RevisionDisagrees = new()
    {
        Code = "GH3013", Slug = "revision-disagrees", Stage = Validate, LegacyStatus = 400, ProtocolCode = InvalidRequest,
        Message = "The request names two protocol revisions.",
        Remedy = "Send the revision that the session negotiated.",
        Operator = "Header, _meta, session and method must agree on one era, and in the modern era on one revision.",
    };

    public static readonly Reason UnexpectedResponse = new()
    {
        Code = "GH3014", Slug = "unexpected-response", Stage = Validate, LegacyStatus = 400, ProtocolCode = InvalidRequest,
        Message = "A response was sent where a request or notification belongs.",
        Remedy = "Answer only requests that the server made in this session; in 2026-07-28 send inputResponses instead.",
        Operator = "No request with this id is waiting for an answer in this session (L18, T05).",
    };

    public static readonly Reason DefinitionMissing = new()
    {
        Code = "GH3015", Slug = "definition-missing", Stage = Validate, LegacyStatus = 503, RetryAfterSeconds = 5,
        Message = "The server's list could not be read, so the request cannot be checked.",
        Remedy = "Try again later.",
        Operator = "What the server has (tools, prompts, resources) could not be fetched, so neither a list nor a call can be answered; the event "
            + "names the list and why. A check that needs a definition and has none refuses (design rule 10).",
    };

    public static readonly Reason DuplicateId = new()
    {
        Code = "GH3016", Slug = "duplicate-id", Stage = Validate, LegacyStatus = 400, ProtocolCode = InvalidRequest,
        Message = "A request with this id is already under way.",
        Remedy = "Give each request an id of its own.",
        Operator = "Two requests of one session with one id in flight: their answers could be confused (T37).",
    };

    public static readonly Reason TwoForms = new()
    {
        Code = "GH3017", Slug = "two-forms", Stage = Validate, LegacyStatus = 400, ProtocolCode = InvalidParams,
        Message = "The request does not say in one way what it is about.",
        Remedy = "Send ref/prompt with a name alone or ref/resource with a uri alone, arguments as texts, and URIs to subscribe to as a list of "
            + "texts.",
        Operator = "A part of a completion or subscription has the members of two forms or of none; the policy would be asked about one of them and "
            + "the server could read the other. The event names the part.",
    };

    public static readonly Reason NotPermitted = new()
    {
        Code = "GH4001", Slug = "not-permitted", Stage = Authorize, LegacyStatus = 200,
        Message = "You are not permitted to do this.",
        Remedy = "Ask the administrator for the permission and name the request id.",
        Operator = "The policy lets the caller see the thing but not do this with it. The deciding rule is in the event.",
    };

    public static readonly Reason InsufficientScope = new()
    {
        Code = "GH4002", Slug = "insufficient-scope", Stage = Authorize, LegacyStatus = 403, Shape = ReplyShape.Challenge,
        Message = "The access token lacks a scope that this operation needs.",
        Remedy = "Ask for a token with the scopes that the challenge names.",
        Operator = "The server's scopes are not all in the token (A14, A15).",
    };

    public static readonly Reason UnknownName = new()
    {
        Code = "GH4003", Slug = "unknown-name", Stage = Authorize, LegacyStatus = 200, ProtocolCode = InvalidParams,
        Message = "There is nothing of this name here.",
        Remedy = "List what is available and use a name from the list.",
        Operator = "Either it does not exist, or the policy does not show it to this caller: the two answers are one, so that a denied name gives "
            + "no sign that it exists (AZ-01). The event says which.",
    };

    public static readonly Reason UnknownMethod = new()
    {
        Code = "GH4004", Slug = "unknown-method", Stage = Authorize, LegacyStatus = 200, ModernStatus = 404, ProtocolCode = MethodNotFound,
        Message = "Method not found.",
        Remedy = "Use a method of the protocol revision.",
        Operator = "A method of no revision, or of another one. A policy rule can permit it by its full name under methods.",
    };

    public static readonly Reason NoServerForCaller = new()
    {
        Code = "GH4005", Slug = "no-server-for-caller", Stage = Authorize, LegacyStatus = 403,
        Message = "You are not permitted to use this server.",
        Remedy = "Ask the administrator for the permission and name the request id.",
        Operator = "No permit rule of the policy speaks of this caller and server.",
    };

    public static readonly Reason ObligationUnfulfilled = new()
    {
        Code = "GH4006", Slug = "obligation-unfulfilled", Stage = Authorize, LegacyStatus = 200,
        Message = "You are not permitted to do this.",
        Remedy = "Ask the administrator for the permission and name the request id.",
        Operator = "A permit holds, but it obliges to something that no stage of this gateway does. The rule is in the event.",
    };

    public static readonly Reason DecisionPointDown = new()
    {
        Code = "GH4010", Slug = "decision-point-down", Stage = Authorize, LegacyStatus = 503, RetryAfterSeconds = 5,
        Message = "Whether you may do this cannot be decided at the moment.",
        Remedy = "Try again later; the administrator finds the cause under the request id.",
        Operator = "The external decision point (decisionPoint.url) cannot be reached, is not who it should be, or answers with a status that is no "
            + "decision. Nothing passes without its word.",
    };

    public static readonly Reason DecisionPointSlow = new()
    {
        Code = "GH4011", Slug = "decision-point-slow", Stage = Authorize, LegacyStatus = 503, RetryAfterSeconds = 5,
        Message = "Whether you may do this cannot be decided at the moment.",
        Remedy = "Try again later; the administrator finds the cause under the request id.",
        Operator = "The external decision point did not answer within decisionPoint.timeout, or too many questions to it were under way, of this "
            + "caller (limits.callerShare) or of all. Nothing passes without its word.",
    };

    public static readonly Reason DecisionPointFault = new()
    {
        Code = "GH4012", Slug = "decision-point-fault", Stage = Authorize, LegacyStatus = 503, RetryAfterSeconds = 5,
        Message = "Whether you may do this cannot be decided at the moment.",
        Remedy = "Try again later; the administrator finds the cause under the request id.",
        Operator = "The external decision point answered with something that is no decision by OpenID AuthZEN 1.0: not JSON, a name twice, a "
            + "decision that is no boolean, another number of decisions than questions, metadata that name another decision point, or too much. "
            + "Nothing passes without its word.",
    };

    public static readonly Reason RateLimited = new()
    {
        Code = "GH4101", Slug = "rate-limited", Stage = Limit, LegacyStatus = 429, RetryAfterSeconds = 1,
        Message = "Too many requests in a short time.",
        Remedy = "Wait as long as Retry-After and data.retryAfterMs say and send the request again.",
        Operator = "A rule of limits.rules lets no more through now (requests and burst, or concurrent); the event names the rule. Nothing went to "
            + "the server.",
    };

    public static readonly Reason QuotaSpent = new()
    {
        Code = "GH4102", Slug = "quota-spent", Stage = Limit, LegacyStatus = 429, RetryAfterSeconds = 3600,
        Message = "The quota of this day is spent.",
        Remedy = "Try again after midnight UTC, or ask the administrator for a larger quota.",
        Operator = "A rule of limits.rules counts by day (daily or bytesPerDay) and its number is reached; the event names the rule. Days are those "
            + "of UTC.",
    };

    public static readonly Reason LimitsFull = new()
    {
        Code = "GH4103", Slug = "limits-full", Stage = Limit, LegacyStatus = 503, RetryAfterSeconds = 5,
        Message = "The gateway cannot count this request at the moment.",
        Remedy = "Wait a moment and send the request again.",
        Operator = "limits.keys parties are counted already and none of them can be forgotten, or this caller alone made its part of them "
            + "(limits.callerShare). A charged party is never forgotten for a new one. Raise limits.keys or count by fewer parties.",
    };

    public static readonly Reason ApprovalRefused = new()
    {
        Code = "GH4201", Slug = "approval-refused", Stage = Approve, LegacyStatus = 200,
        Message = "The request needed an approval, which was refused.",
        Remedy = "Ask whoever approves such requests, with the request id.",
        Operator = "A person refused the request. The event says who, and which rule demanded the approval.",
    };

    public static readonly Reason ApprovalUnavailable = new()
    {
        Code = "GH4202", Slug = "approval-unavailable", Stage = Approve, LegacyStatus = 200,
        Message = "The request needs an approval, and there is nobody who could give it.",
        Remedy = "Tell the administrator the request id.",
        Operator = "A rule demands an approval, and this gateway has no way to ask a person.",
    };

    public static readonly Reason ApprovalTimeout = new()
    {
        Code = "GH4203", Slug = "approval-timeout", Stage = Approve, LegacyStatus = 200,
        Message = "The request waited for a verdict (a rule's or a person's) until its deadline.",
        Remedy = "Send the request again; where a person has to approve it, ask that person to answer soon.",
        Operator = "The request was still held when its deadline passed (servers.*.limits.deadline, counted from its arrival). Where "
            + "inspect-request is among the checks of the event, nobody had answered the question for an approval; where it is not, a rule of "
            + "requests had not come to its verdict.",
    };

    public static readonly Reason SessionRequired = new()
    {
        Code = "GH5001", Slug = "session-required", Stage = Session, LegacyStatus = 400, ProtocolCode = InvalidRequest,
        Message = "The request needs the session id that initialize returned.",
        Remedy = "Send Mcp-Session-Id, or initialize first.",
        Operator = "A legacy request without a session to a server that has sessions (L04).",
    };

    public static readonly Reason SessionUnknown = new()
    {
        Code = "GH5002", Slug = "session-unknown", Stage = Session, LegacyStatus = 404,
        Message = "Session not found.",
        Remedy = "Start a new session with initialize.",
        Operator = "The handle was never issued to this caller for this server, has expired, was ended or revoked, or its upstream session is gone. "
            + "All look alike by construction (ST-01).",
    };

    public static readonly Reason TooManySessions = new()
    {
        Code = "GH5003", Slug = "too-many-sessions", Stage = Session, LegacyStatus = 503, RetryAfterSeconds = 10,
        Message = "Too many sessions are open.",
        Remedy = "End sessions that are no longer used, or try again later.",
        Operator = "sessions.max, or maxProcesses of the server, is reached by all callers together; the event names which. No session of this "
            + "caller was idle and could end for it, or every conversation that is kept is in use.",
    };

    public static readonly Reason OwnSessionsBusy = new()
    {
        Code = "GH5006", Slug = "own-sessions-busy", Stage = Session, LegacyStatus = 429, RetryAfterSeconds = 10,
        Message = "You have as many sessions in use as one caller may.",
        Remedy = "End sessions that are no longer used, or close their streams; a session that is idle ends by itself for a new one.",
        Operator = "The caller (issuer and subject) holds its part (limits.callerShare) of sessions.max or of maxProcesses of the server; the event "
            + "names which. Each of them has an exchange under way, so none could end for the new one. Others are not concerned.",
    };

    public static readonly Reason ResumeRefused = new()
    {
        Code = "GH5004", Slug = "resume-refused", Stage = Session, LegacyStatus = 400, ProtocolCode = InvalidRequest,
        Message = "The stream cannot be resumed from this event id.",
        Remedy = "Open a new stream without Last-Event-ID.",
        Operator = "The event id was not issued in this session (L11, ST-02).",
    };

    public static readonly Reason SessionExists = new()
    {
        Code = "GH5005", Slug = "session-exists", Stage = Session, LegacyStatus = 400, ProtocolCode = InvalidRequest,
        Message = "This connection has its session already.",
        Remedy = "Start the server anew for another session.",
        Operator = "A client of a wrapped server sent initialize twice. On stdio the connection is the session.",
    };

    public static readonly Reason AppsDenied = new()
    {
        Code = "GH6001", Slug = "apps-denied", Stage = InspectRequest, LegacyStatus = 200, ProtocolCode = InvalidParams,
        Message = "There is nothing of this name here.",
        Remedy = "List what is available and use a name from the list.",
        Operator = "MCP Apps (ui:// resources) are denied until they are allowed with a content policy (ST-09).",
    };

    public static readonly Reason StateRefused = new()
    {
        Code = "GH6002", Slug = "state-refused", Stage = Resolve, LegacyStatus = 200, ProtocolCode = InvalidParams,
        Message = "The request state is not valid for this request.",
        Remedy = "Send the state exactly as the server gave it, for the same method, name and arguments, or start anew.",
        Operator = "The envelope was altered, belongs to another caller, another request or other arguments, or is older than an hour (H03, H04).",
    };

    public static readonly Reason CursorRefused = new()
    {
        Code = "GH6003", Slug = "cursor-refused", Stage = Resolve, LegacyStatus = 200, ProtocolCode = InvalidParams,
        Message = "The cursor is not valid.",
        Remedy = "List from the beginning, without a cursor.",
        Operator = "The cursor was altered, belongs to another caller, server or list, is older than an hour, or what the caller may see of the "
            + "list has changed since.",
    };

    public static readonly Reason ArgumentsRefused = new()
    {
        Code = "GH6004", Slug = "arguments-refused", Stage = InspectRequest, LegacyStatus = 200, ProtocolCode = InvalidParams,
        Message = "The arguments do not fit what the definition declares.",
        Remedy = "Look at the definition in the list and correct the places that the answer names.",
        Operator = "The arguments of the tool do not fit its inputSchema, or those of the prompt are incomplete or no texts (H18). For a tool the "
            + "answer is a result with isError, so that its model reads what to correct (SEP-1303). The event names the keyword and its place in "
            + "the schema, never the value. servers.*.schemas.input: record lets such calls pass and records them.",
    };

    public static readonly Reason EditsNotPossible = new()
    {
        Code = "GH6005", Slug = "edits-not-possible", Stage = InspectRequest, LegacyStatus = 200,
        Message = "The request cannot be passed on as the rules of this gateway demand.",
        Remedy = "Tell the administrator the request id.",
        Operator = "The changes that rules want cannot be made in one message. Two of them contradict each other (one changes a value as a whole, "
            + "another takes a part of it out), the changed message is not valid or too large, or a rule wants to change the changed message again. "
            + "The event names the rules that want something changed.",
    };

    public static readonly Reason RequestRefused = new()
    {
        Code = "GH6006", Slug = "request-refused", Stage = InspectRequest, LegacyStatus = 200,
        Message = "The request is not passed on.",
        Remedy = "Tell the administrator the request id.",
        Operator = "A rule for requests stopped this request and has no code of its own for that. The event names the rule and the cause.",
    };

    public static readonly Reason UpstreamUnreachable = new()
    {
        Code = "GH7001", Slug = "upstream-unreachable", Stage = Forward, LegacyStatus = 502,
        Message = "The MCP server cannot be reached.",
        Remedy = "Try again later; the administrator finds the cause under the request id.",
        Operator = "Connecting failed, the process did not start, or the connection broke before an answer.",
    };

    public static readonly Reason UpstreamTimeout = new()
    {
        Code = "GH7002", Slug = "upstream-timeout", Stage = Forward, LegacyStatus = 504,
        Message = "The MCP server did not answer in time.",
        Remedy = "Try again, with a smaller task if possible.",
        Operator = "The hard deadline of the server or tool (limits.deadline, limits.deadlines) passed, or it was silent for longer than "
            + "limits.firstByte or limits.idle; the event names which. Progress does not extend the deadline (H33). The server was told: "
            + "notifications/cancelled in the legacy era, a closed connection in the modern one.",
    };

    public static readonly Reason UpstreamFault = new()
    {
        Code = "GH7003", Slug = "upstream-fault", Stage = Forward, LegacyStatus = 502,
        Message = "The MCP server's answer was not a valid message.",
        Remedy = "Tell the administrator the request id.",
        Operator = "The reply failed the validation that requests pass, had another media type, or broke the protocol; the event names the fault.",
    };

    public static readonly Reason UpstreamRefused = new()
    {
        Code = "GH7004", Slug = "upstream-refused", Stage = Forward, LegacyStatus = 502,
        Message = "The MCP server refused the gateway's request.",
        Remedy = "Tell the administrator the request id.",
        Operator = "The upstream answered with a status that is not passed on (401, 403, redirects, 5xx). Check the credential of the server.",
    };

    public static readonly Reason UpstreamEnded = new()
    {
        Code = "GH7005", Slug = "upstream-ended", Stage = Forward, LegacyStatus = 502,
        Message = "The MCP server ended while the request was under way.",
        Remedy = "Check whether the action took place before you try again.",
        Operator = "The process exited or the stream ended without an answer. Nothing is repeated: the call may have acted.",
    };

    public static readonly Reason UpstreamBackoff = new()
    {
        Code = "GH7006", Slug = "upstream-backoff", Stage = Forward, LegacyStatus = 503, RetryAfterSeconds = 5,
        Message = "The MCP server is being restarted.",
        Remedy = "Wait a moment and try again.",
        Operator = "The process ended repeatedly; starts are spaced with growing pauses.",
    };

    public static readonly Reason DestinationRefused = new()
    {
        Code = "GH7007", Slug = "destination-refused", Stage = Forward, LegacyStatus = 502,
        Message = "The MCP server cannot be reached.",
        Remedy = "Try again later; the administrator finds the cause under the request id.",
        Operator = "The address that the name resolved to is not one the SSRF guard lets through, or the certificate is revoked, or nothing current "
            + "is known of its revocation.",
    };

    public static readonly Reason UpstreamTooLarge = new()
    {
        Code = "GH7008", Slug = "upstream-too-large", Stage = Forward, LegacyStatus = 502,
        Message = "The MCP server's answer is larger than allowed.",
        Remedy = "Ask for less at a time.",
        Operator = "The reply exceeds limits.responseBytes of the server.",
    };

    public static readonly Reason UpstreamBusy = new()
    {
        Code = "GH7009", Slug = "upstream-busy", Stage = Forward, LegacyStatus = 503, RetryAfterSeconds = 5,
        Message = "The MCP server takes no more requests at the moment.",
        Remedy = "Wait as long as Retry-After and data.retryAfterMs say and send the request again.",
        Operator = "The upstream answered 429 or 503, and repeating did not help or was not allowed: only methods that read are repeated. "
            + "Retry-After is the server's own, at most an hour.",
    };

    public static readonly Reason UpstreamResting = new()
    {
        Code = "GH7010", Slug = "upstream-resting", Stage = Forward, LegacyStatus = 503, RetryAfterSeconds = 5,
        Message = "The MCP server is failing and is left alone for a moment.",
        Remedy = "Wait as long as Retry-After and data.retryAfterMs say and send the request again.",
        Operator = "breakAfter failures in a row: nothing is sent until the pause is over and one request has tried. gatehouse status and the "
            + "management listener show the state. Nothing of this request was sent.",
    };

    public static readonly Reason CommandNotApproved = new()
    {
        Code = "GH7011", Slug = "command-not-approved", Stage = Forward, LegacyStatus = 200,
        Message = "This server's command was not approved, so it was not started.",
        Remedy = "Run 'gatehouse wrap command approve' in a terminal, read what would be started, and start the server again.",
        Operator = "gatehouse wrap was asked to start a command that nobody approved, or one that differs from the approved one in an argument, a "
            + "variable's name, the folder or the program found (EX-05, G06). Nothing was started.",
    };

    public static readonly Reason UpstreamNotReady = new()
    {
        Code = "GH7012", Slug = "upstream-not-ready", Stage = Forward, LegacyStatus = 502,
        Message = "The MCP server ended before it was ready.",
        Remedy = "Nothing was carried out; try again later, and tell the administrator the request id.",
        Operator = "The process was started and ended before it answered its first request; the event and gatehouse status have its exit code. Its "
            + "own words stand on its stderr: set showStderr of the server to see them.",
    };

    public static readonly Reason AnswerLost = new()
    {
        Code = "GH7013", Slug = "answer-lost", Stage = Forward, LegacyStatus = 200,
        Message = "The answer to this request was lost with the connection.",
        Remedy = "The request may have acted: check whether it did before you send it again.",
        Operator = "A client resumed the stream of a local server's answer after the answer had left the log of sent messages "
            + "(sessions.replayEvents, sessions.replayBytes). The event counts what was lost (ST-02).",
    };

    public static readonly Reason CredentialUnavailable = new()
    {
        Code = "GH7014", Slug = "credential-unavailable", Stage = Forward, LegacyStatus = 502,
        Message = "The gateway has no credential for the MCP server.",
        Remedy = "Nothing was sent; tell the administrator the request id.",
        Operator = "The credential for this server could not be obtained, and nothing is sent without it. The event names the kind of fault. Check "
            + "servers.*.credential and the secret that it names, or the source that gives credentials for callers.",
    };

    public static readonly Reason ResultRefused = new()
    {
        Code = "GH8001", Slug = "result-refused", Stage = InspectResponse, LegacyStatus = 200,
        Message = "The server's answer was withheld.",
        Remedy = "Tell the administrator the request id.",
        Operator = "The result breaks a rule of the protocol or of the policy, or the owner of a new task cannot be kept; the event names it.",
    };

    public static readonly Reason CapabilityNotDeclared = new()
    {
        Code = "GH8002", Slug = "capability-not-declared", Stage = InspectResponse, LegacyStatus = 400, ProtocolCode = MissingCapability,
        Message = "The server needs a capability that the client did not declare.",
        Remedy = "Declare the capability in clientCapabilities, or use another tool.",
        Operator = "The server asked the client for something it did not offer (H07, X05, T34).",
    };

    public static readonly Reason AskRefused = new()
    {
        Code = "GH8003", Slug = "ask-refused", Stage = InspectResponse, LegacyStatus = 200,
        Message = "The server asked for something that it may not ask for.",
        Remedy = "Use another tool; the administrator finds under the request id what was asked.",
        Operator = "The result, or the error, carries a question to the client (sampling, elicitation, roots) that no rule permits, that asks for a "
            + "secret or for a context that is not allowed, or a URL that is not safe to open (AZ-07, H10, H12); the event names which.",
    };

    public static readonly Reason ResultMisfit = new()
    {
        Code = "GH8004", Slug = "result-misfit", Stage = InspectResponse, LegacyStatus = 200,
        Message = "The server's answer does not fit what its tool declares, and was withheld.",
        Remedy = "Use another tool; tell the administrator the request id.",
        Operator = "The tool declares an outputSchema, and its result lacks structuredContent or does not fit (H23). The event names the keyword "
            + "and its place in the schema, never the value. The tool may have acted. servers.*.schemas.output: record lets such results pass and "
            + "records them.",
    };

    public static readonly Reason RecordUnavailable = new()
    {
        Code = "GH9001", Slug = "record-unavailable", Stage = Record, LegacyStatus = 503, RetryAfterSeconds = 10,
        Message = "The request cannot be recorded and is therefore not carried out.",
        Remedy = "Try again later.",
        Operator = "The audit log cannot be written (disk full, failing or read-only): methods that may act are refused (AU-06).",
    };

    public static readonly Reason Draining = new()
    {
        Code = "GH9002", Slug = "draining", Stage = Record, LegacyStatus = 503, RetryAfterSeconds = 5,
        Message = "The gateway is shutting down.",
        Remedy = "Try again in a moment.",
        Operator = "gatehouse drain was called or the process is stopping.",
    };

    public static readonly Reason InternalFault = new()
    {
        Code = "GH9003", Slug = "internal-fault", Stage = Record, LegacyStatus = 500,
        Message = "The gateway failed.",
        Remedy = "Tell the administrator the request id.",
        Operator = "An unexpected exception; its type is in the event and its text in the diagnostic output. Please report it.",
    };

    public static readonly Reason RightWithdrawn = new()
    {
        Code = "GH9004", Slug = "right-withdrawn", Stage = Record, LegacyStatus = 200,
        Message = "The session was ended.",
        Remedy = "Sign in again.",
        Operator = "A revocation, a new configuration or the token's expiry ended a stream (design rule 7).",
    };

    public static readonly Reason HostGone = new()
    {
        Code = "GH9005", Slug = "host-gone", Stage = Record, LegacyStatus = 503, RetryAfterSeconds = 1,
        Message = "The host that guards this server was gone before the call was answered. It may have acted.",
        Remedy = "Look whether the call had its effect; the server goes on, and new calls work.",
        Operator = "The per-user host of gatehouse wrap ended while calls were under way (design rule 13). The log has their begun entries without "
            + "ended ones. A host started anew takes over; nothing passes without one.",
    };

    public static readonly Reason HostRefused = new()
    {
        Code = "GH9006", Slug = "host-refused", Stage = Record, LegacyStatus = 503,
        Message = "The host that guards this server cannot take it.",
        Remedy = "Read the line that gatehouse wrap wrote to the client's log of this server.",
        Operator = "The per-user host is of another release, has a faulty personal configuration, serves as many servers as it may, or cannot be "
            + "started; the wrapper's stderr says which.",
    };

    public static readonly Reason RecordPartSpent = new()
    {
        Code = "GH9007", Slug = "record-part-spent", Stage = Record, LegacyStatus = 429, RetryAfterSeconds = 60,
        Message = "You have caused more records than one caller may in a day; the request is therefore not carried out.",
        Remedy = "Send fewer requests, or wait: the allowance comes back evenly over a day.",
        Operator = "The entries of one caller (issuer and subject) may take limits.callerShare percent of the room that is left in the audit log in "
            + "a day, and of its queue at once, so that nobody can stop the others by filling it (AU-06). Archive segments, raise "
            + "audit.maxTotalBytes, or look at what this caller does.",
    };

    public static readonly Reason PayloadNotKept = new()
    {
        Code = "GH9008", Slug = "payload-not-kept", Stage = Record, LegacyStatus = 413,
        Message = "The message is larger than what can be kept of it, and it has to be kept.",
        Remedy = "Send a smaller message.",
        Operator = "A rule obliges to keep payloads (obligations: log: payload), or audit.keepPayloads is true, and the message without the blanks "
            + "between its parts has more than 1 MiB. It is refused, because padding would else hide what the call does.",
    };

    /// <summary>All reasons, by code.</summary>
    public static IReadOnlyList<Reason> All { get; } =
    [
        .. typeof(Reasons).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => f.GetValue(null)).OfType<Reason>().OrderBy(r => r.Code, StringComparer.Ordinal),
    ];

    /// <summary>The reason with the code, compared without case; null when there is none.</summary>
    public static Reason? Find(string code) =>
        All.FirstOrDefault(r => string.Equals(r.Code, code, StringComparison.OrdinalIgnoreCase));
}
