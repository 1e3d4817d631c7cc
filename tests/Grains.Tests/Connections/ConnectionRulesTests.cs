using System.Text;
using FlowRuns.Connections;
using FlowRuns.Json;
using FlowRuns.Projects;

namespace FlowRuns.Grains.Tests;

public sealed class ConnectionRulesTests
{
    static IEnumerable<string> Check(string app, string value) =>
        ConnectionRules.Check(new ConnectionDefinition { Name = "some", App = app, Value = new JsonData(Encoding.UTF8.GetBytes(value)) }).Select(error => $"{error.Field} {error.Message}");

    [Theory]
    [InlineData("postgresql", """{ "connectionString": "Host=db;Database=d;Username=u;Password=hunter22", "allowWrites": true }""")]
    [InlineData("postgresql", """{ "connectionString": "Host=127.0.0.1;Username=u" }""")]
    [InlineData("sqlite", """{ "path": "sales.db", "allowWrites": false }""")]
    [InlineData("slack", """{ "token": "xoxb-1", "baseUrl": "http://127.0.0.1:9000/api" }""")]
    [InlineData("http", "{}")]
    [InlineData("http", """{ "baseUrl": "https://api.example.com/v1", "headers": { "X-Version": "2" }, "basic": { "username": "u", "password": "pass" } }""")]
    [InlineData("webhook", """{ "secrets": ["0123456789abcdef", "It's a Secret to Everybody"] }""")]
    [InlineData("webhook", """{ "basic": { "username": "u", "password": "pass" } }""")]
    public void Value_OfItsApp_Fits(string app, string value)
    {
        Assert.Empty(Check(app, value));
    }

    [Theory]
    [InlineData("mysql", "{}", "app 'mysql' is not an app: use postgresql, sqlite, slack, http or webhook.")]
    [InlineData("slack", "[]", "value is not an object")]
    [InlineData("slack", "{}", "value.token is required.")]
    [InlineData("slack", """{ "token": "abc" }""", "value.token is shorter than 4 characters")]
    [InlineData("slack", """{ "token": "xoxb\r\nX: y" }""", "value.token holds a line break")]
    [InlineData("slack", """{ "token": "xoxb-1", "url": "x" }""", "value.url is not known here: a connection to slack has token, baseUrl.")]
    [InlineData("slack", """{ "token": "xoxb-1", "baseUrl": "ftp://x" }""", "value.baseUrl is not a URL")]
    [InlineData("http", """{ "baseUrl": "https://u:p@x" }""", "value.baseUrl holds a user name")]
    [InlineData("http", """{ "baseUrl": "https://x/?a=1" }""", "value.baseUrl holds a query")]
    [InlineData("http", """{ "headers": { "X Y": "z" } }""", "value.headers 'X Y' is not a header name")]
    [InlineData("http", """{ "headers": { "Host": "z" } }""", "value.headers The header 'Host' is set by the engine")]
    [InlineData("http", """{ "headers": { "X": 1 } }""", "value.headers The value of the header 'X' has to be a text.")]
    [InlineData("http", """{ "basic": { "username": "u" } }""", "value.basic needs a password.")]
    [InlineData("http", """{ "basic": { "username": "a:b", "password": "pass" } }""", "value.basic needs a username, without a colon.")]
    [InlineData("http", """{ "basic": { "username": "u", "password": "pass" }, "bearer": "token" }""", "value.bearer does not go together with 'basic'")]
    [InlineData("webhook", "{}", "value needs either secrets, for signatures and keys, or basic")]
    [InlineData("webhook", """{ "secrets": ["0123456789abcdef"], "basic": { "username": "u", "password": "pass" } }""", "value needs either secrets")]
    [InlineData("webhook", """{ "secrets": "0123456789abcdef" }""", "value.secrets has to be a list of 1 to 10 texts")]
    [InlineData("webhook", """{ "secrets": [] }""", "value.secrets has to be a list of 1 to 10 texts")]
    [InlineData("webhook", """{ "secrets": ["0123456789abcdef", "short-secret"] }""", "value.secrets has a text at [1] that is shorter than 16 characters")]
    [InlineData("webhook", """{ "secrets": [1] }""", "value.secrets has a text at [0] that has to be a text")]
    [InlineData("sqlite", """{ "path": "" }""", "value.path has to be a text that is not empty.")]
    [InlineData("sqlite", """{ "path": "a.db", "allowWrites": "yes" }""", "value.allowWrites has to be true or false.")]
    [InlineData("postgresql", """{ "connectionString": "postgres://u:hunter22@db/d" }""", "value.connectionString is not a connection string of Npgsql")]
    [InlineData("postgresql", """{ "connectionString": "Database=d" }""", "value.connectionString names no host")]
    [InlineData("postgresql", """{ "connectionString": "Host=db;Passfile=/etc/passwd" }""", "value.connectionString names a Passfile")]
    [InlineData("postgresql", """{ "connectionString": "Host=db;Password=abc" }""", "value.connectionString has a Password that is shorter")]
    public void Value_OutsideTheRules_NamesFieldAndWayOut(string app, string value, string expected)
    {
        var errors = Check(app, value).ToList();

        Assert.Contains(errors, error => error.StartsWith(expected.Replace(" or webhook", ", webhook")));
        Assert.DoesNotContain(errors, error => error.Contains("hunter22") || error.Contains("0123456789abcdef"));
    }
}
